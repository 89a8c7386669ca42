import { z } from "zod";
import type {
  AssistantMessage,
  Ending,
  HandoffPart,
  HistorySummary,
  ObjectPart,
  RefusalPart,
  SourcePart,
  SteeredPart,
  Takeover,
  TextPart,
  ToolAnswer,
  ToolDecision,
  ToolPart,
  UserMessage,
} from "../protocol/message.ts";
import { finishReasons, timings, usage } from "../protocol/run-event.ts";
import type { RunProgress } from "../protocol/workflow-state.ts";
import type { OpenSummary, StepSummary, WorkflowSummary } from "../protocol/workflow-summary.ts";

/*
 * What a message is, field by field (lib/protocol/message.ts), for what comes from elsewhere. A field that is
 * not named here does not compile, and one that is not known is refused.
 */

/** Exactly these fields. */
const exact = <T extends object>(shape: Record<keyof T, z.ZodType>) => z.strictObject(shape);

const someText = z.string();
const textIfAny = someText.exactOptional();
const someNumber = z.number();
const wholeNumber = someNumber.int().nonnegative();
const truth = z.boolean().exactOptional();
const yes = z.literal(true).exactOptional();
const value = z.unknown().exactOptional();
const json = z.record(someText, z.unknown());
const givenMetadata = z.record(someText, json).exactOptional();

const base = {
  stepId: someText,
  parentToolCallId: textIfAny,
  startedAt: someNumber,
  endedAt: someNumber.exactOptional(),
};

const writtenFields = { ...base, id: someText, text: someText };
const proseFields = { ...writtenFields, providerMetadata: givenMetadata };

const decision = {
  approved: z.boolean(),
  by: someText,
  reason: textIfAny,
  scope: z.enum(["once", "conversation"]).exactOptional(),
  content: json.exactOptional(),
  effect: textIfAny,
  inputHash: textIfAny,
};

const callStates = [
  "input-streaming",
  "input-available",
  "running",
  "approval-requested",
  "output-available",
  "output-error",
  "output-denied",
] as const;

const partSchema = z.discriminatedUnion("type", [
  exact<TextPart>({ ...proseFields, type: z.literal("text") }),
  exact<TextPart>({ ...proseFields, type: z.literal("reasoning") }),
  exact<RefusalPart>({ ...writtenFields, type: z.literal("refusal") }),
  exact<ToolPart>({
    ...base,
    type: z.literal("tool"),
    toolCallId: someText,
    toolName: someText,
    state: z.enum(callStates),
    inputText: someText,
    input: value,
    output: value,
    errorText: textIfAny,
    code: textIfAny,
    attempt: wholeNumber.exactOptional(),
    attempts: wholeNumber.exactOptional(),
    failedBefore: textIfAny,
    isRepeatable: yes,
    retryOf: textIfAny,
    providerExecuted: yes,
    isOutside: truth,
    approvalId: textIfAny,
    effect: textIfAny,
    inputHash: textIfAny,
    question: z.strictObject({ message: someText, schema: json }).exactOptional(),
    change: z.strictObject({ description: someText }).exactOptional(),
    decision: exact<ToolDecision>(decision).exactOptional(),
    answers: z.array(exact<ToolAnswer>({ ...decision, approvalId: someText })).exactOptional(),
    progress: z
      .strictObject({ progress: someNumber, total: someNumber.exactOptional(), message: textIfAny })
      .exactOptional(),
    providerMetadata: givenMetadata,
  }),
  exact<ObjectPart>({
    ...base,
    type: z.literal("object"),
    id: someText,
    name: someText,
    schema: json.exactOptional(),
    json: someText,
    attempt: wholeNumber,
    value,
    valid: truth,
    errors: z.array(someText).exactOptional(),
  }),
  exact<HandoffPart>({
    ...base,
    type: z.literal("handoff"),
    from: someText,
    to: someText,
    reason: textIfAny,
  }),
  exact<SourcePart>({
    ...base,
    type: z.literal("source-url"),
    sourceId: someText,
    url: someText,
    title: textIfAny,
    toolCallId: textIfAny,
  }),
  exact<SteeredPart>({
    ...base,
    type: z.literal("steered"),
    messageId: someText,
    text: someText,
    by: someText,
  }),
]);

const cost = usage.strict();
const spent = { total: cost.exactOptional() };
const lasted = { timings: timings.strict().exactOptional() };

type EndingOf<T extends Ending["type"]> = Extract<Ending, { type: T }>;

const ending = z.discriminatedUnion("type", [
  exact<EndingOf<"finish">>({
    type: z.literal("finish"),
    finishReason: z.enum(finishReasons),
    ...spent,
    ...lasted,
  }),
  exact<EndingOf<"abort">>({
    type: z.literal("abort"),
    by: someText,
    reason: textIfAny,
    ...spent,
    ...lasted,
  }),
  exact<EndingOf<"error">>({
    type: z.literal("error"),
    code: someText,
    errorText: someText,
    retryable: z.boolean(),
    host: textIfAny,
    status: wholeNumber.exactOptional(),
    reason: textIfAny,
    retryAfterMs: someNumber.exactOptional(),
    limitTokens: wholeNumber.exactOptional(),
    askedTokens: wholeNumber.exactOptional(),
    steps: z.array(someText).exactOptional(),
    at: someNumber.exactOptional(),
    ...spent,
  }),
  exact<EndingOf<"interrupted">>({ type: z.literal("interrupted"), reason: someText, errorText: someText }),
]);

const progressSchema = exact<RunProgress>({
  message: someText,
  progress: someNumber.exactOptional(),
  total: someNumber.exactOptional(),
  instance: textIfAny,
  attempt: wholeNumber.exactOptional(),
  at: someNumber,
}).exactOptional();

const counts = z.record(someText, wholeNumber);

const openSchema = exact<OpenSummary>({
  running: wholeNumber,
  waiting: wholeNumber,
  retrying: wholeNumber,
  startedAt: someNumber,
  takes: z.array(z.strictObject({ event: someText, from: textIfAny })),
  error: textIfAny,
}).exactOptional();

const workflow = exact<WorkflowSummary>({
  name: someText,
  definitionHash: someText,
  received: counts,
  steps: z.record(
    someText,
    exact<StepSummary>({
      begun: wholeNumber,
      done: wholeNumber,
      failed: wholeNumber,
      cancelled: wholeNumber,
      retries: wholeNumber,
      ms: someNumber,
      progress: progressSchema,
      emitted: counts,
      queued: wholeNumber,
      kept: wholeNumber,
      open: openSchema,
    }),
  ),
}).exactOptional();

const message = {
  id: someText,
  parentId: someText.nullable(),
  runId: someText,
  createdAt: someNumber,
};

/** The messages of a history, in any order. */
export const messageList = z.array(
  z.discriminatedUnion("role", [
    exact<UserMessage>({ ...message, role: z.literal("user"), text: someText, sentInto: textIfAny }),
    exact<AssistantMessage>({
      ...message,
      role: z.literal("assistant"),
      agent: someText,
      model: someText,
      askedModel: textIfAny,
      answeredBy: textIfAny,
      parts: z.array(partSchema),
      takeovers: z
        .array(
          exact<Takeover>({
            type: z.enum(["fetched", "continued", "anew"]),
            afterMs: someNumber.exactOptional(),
            isUnreported: yes,
          }),
        )
        .exactOptional(),
      workflow,
      progress: progressSchema,
      summary: exact<HistorySummary>({
        upTo: someText,
        messageCount: wholeNumber,
        text: textIfAny,
        errorText: textIfAny,
        isOutside: truth,
        usage: cost.exactOptional(),
      }).exactOptional(),
      ending: ending.exactOptional(),
      spentBefore: z.array(cost).exactOptional(),
      durationBefore: someNumber.exactOptional(),
    }),
  ]),
);
