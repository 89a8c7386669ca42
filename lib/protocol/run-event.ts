import { z } from "zod";
import type { EndReason, ErrorCode, ErrorReason } from "./codes.ts";

/**
 * The product's protocol: every event a run's log can hold (docs/protocol.md §1).
 * Names and fields are those of the AI SDK 7 UI message stream wherever it has one.
 * Fields that a reader does not know are dropped, not refused: new fields are additive.
 */

const string = z.string();
const count = z.number().int().nonnegative();

/**
 * What a model request cost. An absent figure is unknown, not zero. Cached tokens are a part of the input,
 * reasoning tokens of the output, whatever the provider's own figures leave out. `cost`: US dollars, by the
 * prices that the operator had given the model. `estimated`: counted by us, the provider sent none.
 */
export const usage = z.object({
  inputTokens: count.exactOptional(),
  outputTokens: count.exactOptional(),
  reasoningTokens: count.exactOptional(),
  cachedInputTokens: count.exactOptional(),
  cost: z.number().nonnegative().exactOptional(),
  source: z.enum(["provider", "estimated"]),
});
export type Usage = z.infer<typeof usage>;

/**
 * What a provider gave along with a part and wants back unchanged with the next request (the signature of a
 * thought, an encrypted item), by the wire that reads it. Nobody else looks into it.
 */
const providerMetadata = z.record(string, z.record(string, z.unknown()));
export type ProviderMetadata = z.infer<typeof providerMetadata>;

const jsonObject = z.record(string, z.unknown());
/** A value of JSON's that has names. */
export type JsonObject = z.infer<typeof jsonObject>;

/**
 * What a person is asked: a few words, and a flat form, a JSON Schema of type "object" whose properties are
 * texts, numbers, truth values or choices (the form of an MCP elicitation).
 */
const personQuestion = z.object({ message: string, schema: jsonObject });
export type PersonQuestion = z.infer<typeof personQuestion>;

/** How far a decision reaches: this call, or every call of the tool in this conversation. */
const decisionScope = z.enum(["once", "conversation"]);
export type DecisionScope = z.infer<typeof decisionScope>;

const nameList = z.array(string).readonly();

/** As `WorkflowGraph` has it. */
const graphShape = z.object({
  name: string,
  input: string,
  steps: z
    .array(
      z.object({
        name: string,
        accepts: nameList,
        joins: z.literal(true).exactOptional(),
        emits: nameList,
        waitsFor: nameList.exactOptional(),
        concurrency: count,
      }),
    )
    .readonly(),
  events: nameList,
  outside: nameList,
});

/** Milliseconds of the server's monotonic clock; in the log, so that they survive a reload. */
export const timings = z.object({
  queuedMs: z.number(),
  ttftMs: z.number().exactOptional(),
  durationMs: z.number(),
  outputTokensPerSecond: z.number().exactOptional(),
});
export type Timings = z.infer<typeof timings>;

export const finishReasons = ["stop", "length", "content-filter", "tool-calls", "other"] as const;
export type FinishReason = (typeof finishReasons)[number];
const finishReason = z.enum(finishReasons);

const envelope = {
  runId: z.uuid(),
  epoch: count,
  seq: z.number().int().positive(),
  ts: z.number(),
};

/** One event type: the envelope and the fields of its own. */
const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ ...envelope, type: z.literal(type), ...shape });

const part = { id: string };
const call = { toolCallId: string };
/** The step that a part is opened in; absent in the logs of older builds: the newest. */
const ofStep = { stepId: string.exactOptional() };
const givenBack = { providerMetadata: providerMetadata.exactOptional() };
/** How far the answer that the provider keeps (`model-response`) has been read with this event. */
const readAsFarAs = { cursor: count.exactOptional() };

/**
 * How another holder goes on with a step; absent in the logs of older builds, and where nothing was shown.
 */
const takeover = {
  /** How long nothing had been written, by clocks that may differ. */
  afterMs: z.number().exactOptional(),
  /** The provider gives the rest of the very same answer. */
  isFetched: z.boolean().exactOptional(),
  /** What the attempt before cost was not reported. */
  isUnreported: z.boolean().exactOptional(),
  /** How many attempts in a row had brought nothing new, and the most text that the step ever had. */
  stalls: count.exactOptional(),
  maxLength: count.exactOptional(),
};

export const runEvent = z.discriminatedUnion("type", [
  event("start", {
    v: z.literal(1),
    conversationId: z.uuid(),
    messageId: z.uuid(),
    userMessageId: z.uuid(),
    parentRunId: z.uuid().exactOptional(),
    agent: string,
    model: string,
    askedModel: string.exactOptional(),
    /** The call of the continued answer that the run begins with: a person wants it made once more. */
    retriedCall: string.exactOptional(),
  }),
  event("model-name", { stepId: string, name: string }),
  event("agent-input", {
    stepId: string,
    agent: string,
    messageCount: count,
    hash: string,
    /** How many of the oldest messages were left out; absent: none. */
    leftOut: count.exactOptional(),
    /** How many outputs of tools were shortened; absent: none. */
    shortened: count.exactOptional(),
    /** What the request may hold, tokens, where it does not hold all; absent in the logs of older builds. */
    budget: count.exactOptional(),
    /** Of the summary that stands for the oldest messages: the last one of them. Absent: none does. */
    summarized: string.exactOptional(),
  }),
  event("history-summary", {
    /** The last message of the conversation that it stands for, and how many those are. */
    upTo: string,
    messageCount: count,
    /** Absent: there is none, and `errorText` says why. */
    text: string.exactOptional(),
    errorText: string.exactOptional(),
    /** Something of what it was made of was written by others. */
    isOutside: z.boolean().exactOptional(),
    /** What it has cost; a `usage` event before it adds that to what the run has. */
    usage: usage.exactOptional(),
  }),

  event("start-step", {
    stepId: string,
    index: count,
    agent: string,
    parentToolCallId: string.exactOptional(),
    workflowStep: string.exactOptional(),
    /** Which answer of that workflow step it belongs to: a step may have several agents write. */
    workflowCall: string.exactOptional(),
    /** What that answer was asked for, with its first step. */
    request: string.exactOptional(),
  }),
  event("finish-step", {
    stepId: string,
    finishReason,
    textHash: string.exactOptional(),
    /** What was wrong with the reply, in words for the model, which is asked once more. */
    fault: string.exactOptional(),
    usage: usage.exactOptional(),
  }),
  event("reset-step", { stepId: string, attempt: count, reason: string, ...takeover }),
  event("continue-step", { stepId: string, attempt: count, reason: string, ...takeover }),
  event("model-response", { stepId: string, responseId: string }),

  event("text-start", { ...part, ...ofStep, ...givenBack }),
  event("text-delta", { ...part, delta: string, ...readAsFarAs }),
  event("text-end", { ...part, ...givenBack, ...readAsFarAs }),
  event("reasoning-start", { ...part, ...ofStep, ...givenBack }),
  event("reasoning-delta", { ...part, delta: string, ...readAsFarAs }),
  event("reasoning-end", { ...part, ...givenBack, ...readAsFarAs }),
  event("refusal-delta", { ...part, ...ofStep, delta: string, ...readAsFarAs }),

  event("tool-input-start", {
    ...call,
    ...ofStep,
    toolName: string,
    /** A person had it made once more: the call that it repeats. */
    retryOf: string.exactOptional(),
    /** The model's provider makes it itself, with a tool of its own. */
    providerExecuted: z.boolean().exactOptional(),
    ...givenBack,
  }),
  event("tool-input-delta", { ...call, inputTextDelta: string }),
  event("tool-input-available", { ...call, toolName: string, input: z.unknown(), ...givenBack }),
  event("tool-input-error", {
    ...call,
    toolName: string,
    input: z.unknown(),
    errorText: string,
    ...givenBack,
  }),
  event("tool-start", {
    ...call,
    attempt: count,
    /** How many attempts there are to be, where the tool is tried again by itself. */
    of: count.exactOptional(),
    /** Why the attempt before it failed. */
    reason: string.exactOptional(),
    /** What it gives back was written by others: it goes outside, or is a tool of another program. */
    isOutside: z.boolean().exactOptional(),
  }),
  event("tool-approval-request", {
    ...call,
    approvalId: string,
    effect: string,
    inputHash: string,
    /** A question to the person, which is answered with `content`; absent: whether the call may run. */
    question: personQuestion.exactOptional(),
    /** What its server says of the tool now, where that is no longer what the model was told. */
    change: z.object({ description: string }).exactOptional(),
  }),
  event("tool-approval-response", {
    approvalId: string,
    approved: z.boolean(),
    by: string,
    reason: string.exactOptional(),
    scope: decisionScope.exactOptional(),
    content: jsonObject.exactOptional(),
  }),
  event("tool-progress", {
    ...call,
    progress: z.number(),
    total: z.number().exactOptional(),
    message: string.exactOptional(),
  }),
  event("tool-output-available", { ...call, output: z.unknown(), preliminary: z.boolean().exactOptional() }),
  event("tool-output-error", {
    ...call,
    errorText: string,
    code: string.exactOptional(),
    /** The tool only reads, and may well give something if it is run once more. */
    isRepeatable: z.boolean().exactOptional(),
  }),
  event("tool-output-denied", { ...call, reason: string.exactOptional() }),

  event("object-start", {
    ...part,
    ...ofStep,
    name: string,
    schemaHash: string,
    /** A JSON Schema: what readers lay the object out by before it is there. */
    schema: jsonObject.exactOptional(),
    attempt: count,
  }),
  event("object-delta", { ...part, delta: string }),
  event("object-end", {
    ...part,
    value: z.unknown(),
    valid: z.boolean(),
    errors: z.array(string).exactOptional(),
  }),

  event("handoff", { ...ofStep, from: string, to: string, reason: string.exactOptional() }),
  event("workflow-start", {
    name: string,
    definitionHash: string,
    graph: graphShape,
    /** What its steps begin with; absent: nothing. */
    values: jsonObject.exactOptional(),
    /** How long nothing had been written, where another holder goes on. */
    afterMs: z.number().exactOptional(),
  }),
  event("workflow-event", {
    id: string,
    name: string,
    data: z.unknown(),
    /** The instance that sends it: it counts once that is done. */
    from: string.exactOptional(),
    order: z.array(count).exactOptional(),
  }),
  event("workflow-state", { instance: string, name: string, value: z.unknown() }),
  event("workflow-step", {
    step: string,
    instance: string,
    state: string,
    attempt: count.exactOptional(),
    error: string.exactOptional(),
    /** With the first `running`: the ids of what it takes. */
    events: z.array(string).exactOptional(),
    /** With `retrying`: how long it waits before that. */
    inMs: z.number().exactOptional(),
    /** With `done`: what it took stays with the step, for a later instance to collect. */
    keeps: z.boolean().exactOptional(),
    /** With `done`: the ids of what it has collected. */
    collects: z.array(string).exactOptional(),
  }),
  event("progress", {
    message: string,
    progress: z.number().exactOptional(),
    total: z.number().exactOptional(),
    instance: string.exactOptional(),
    attempt: count.exactOptional(),
  }),
  event("source-url", {
    ...ofStep,
    /** A number of the conversation's, by which the answer cites it, or the provider's name for it. */
    sourceId: string,
    url: string,
    title: string.exactOptional(),
    /** The call that has read it. */
    toolCallId: string.exactOptional(),
  }),
  event("steered", { messageId: string, text: string, by: string }),
  event("data", {
    name: string,
    id: string.exactOptional(),
    data: z.unknown(),
    transient: z.boolean().exactOptional(),
  }),

  event("usage", { stepId: string.exactOptional(), model: string, usage, total: usage }),
  event("retry", { ...ofStep, what: string, attempt: count, of: count, inMs: z.number(), reason: string }),
  event("stop-requested", { by: string, reason: string.exactOptional() }),

  event("finish", { finishReason, total: usage.exactOptional(), timings }),
  event("abort", { by: string, reason: string.exactOptional(), total: usage.exactOptional(), timings }),
  event("error", {
    code: string,
    errorText: string,
    retryable: z.boolean(),
    host: string.exactOptional(),
    status: count.exactOptional(),
    reason: string.exactOptional(),
    retryAfterMs: z.number().exactOptional(),
    limitTokens: count.exactOptional(),
    askedTokens: count.exactOptional(),
    steps: nameList.exactOptional(),
    total: usage.exactOptional(),
  }),
  event("interrupted", { reason: string, errorText: string }),
]);

/** One numbered event of a run's log. */
export type RunEvent = z.infer<typeof runEvent>;

type WithoutEnvelope<E> = E extends RunEvent ? Omit<E, "runId" | "epoch" | "seq" | "ts"> : never;

/** An event before the writer numbers it: what an agent yields. */
export type EventBody = WithoutEnvelope<RunEvent>;

/** Of one type: `EventOf<"text-delta">`. */
export type EventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

/**
 * The four events of which exactly one ends a log. This build writes the codes that its page has words for.
 */
export type TerminalBody =
  | BodyOf<"finish" | "abort">
  | (BodyOf<"error"> & { code: ErrorCode; reason?: ErrorReason })
  | (BodyOf<"interrupted"> & { reason: EndReason });

type BodyOf<T extends EventBody["type"]> = Extract<EventBody, { type: T }>;
