import { z } from "zod";
import type { EndReason, ErrorCode, ErrorReason } from "./codes.ts";

/**
 * The product's protocol: every event a run's log can hold (docs/protocol.md §1).
 * Names and fields are those of the AI SDK 7 UI message stream wherever it has one.
 * Fields that a reader does not know are dropped, not refused: new fields are additive.
 */

const text = z.string();
const count = z.number().int().nonnegative();

/**
 * What a model request cost. An absent figure is unknown, not zero. `estimated`: counted by us, the provider
 * sent none.
 */
export const usage = z.object({
  inputTokens: count.exactOptional(),
  outputTokens: count.exactOptional(),
  reasoningTokens: count.exactOptional(),
  cachedInputTokens: count.exactOptional(),
  source: z.enum(["provider", "estimated"]),
});
export type Usage = z.infer<typeof usage>;

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

const part = { id: text };
const call = { toolCallId: text };
/** The step that a part is opened in; absent in the logs of older builds: the newest. */
const ofStep = { stepId: text.exactOptional() };

export const runEvent = z.discriminatedUnion("type", [
  event("start", {
    v: z.literal(1),
    conversationId: z.uuid(),
    messageId: z.uuid(),
    userMessageId: z.uuid(),
    parentRunId: z.uuid().exactOptional(),
    agent: text,
    model: text,
  }),
  event("agent-input", { stepId: text, agent: text, messageCount: count, hash: text }),

  event("start-step", {
    stepId: text,
    index: count,
    agent: text,
    parentToolCallId: text.exactOptional(),
    workflowStep: text.exactOptional(),
  }),
  event("finish-step", {
    stepId: text,
    finishReason,
    textHash: text.exactOptional(),
    usage: usage.exactOptional(),
  }),
  event("reset-step", { stepId: text, attempt: count, reason: text }),
  event("continue-step", { stepId: text, attempt: count, reason: text }),

  event("text-start", { ...part, ...ofStep }),
  event("text-delta", { ...part, delta: text }),
  event("text-end", part),
  event("reasoning-start", { ...part, ...ofStep }),
  event("reasoning-delta", { ...part, delta: text }),
  event("reasoning-end", part),
  event("refusal-delta", { ...part, ...ofStep, delta: text }),

  event("tool-input-start", { ...call, ...ofStep, toolName: text }),
  event("tool-input-delta", { ...call, inputTextDelta: text }),
  event("tool-input-available", { ...call, toolName: text, input: z.unknown() }),
  event("tool-input-error", { ...call, toolName: text, input: z.unknown(), errorText: text }),
  event("tool-start", { ...call, attempt: count }),
  event("tool-approval-request", { ...call, approvalId: text, effect: text, inputHash: text }),
  event("tool-approval-response", {
    approvalId: text,
    approved: z.boolean(),
    by: text,
    reason: text.exactOptional(),
  }),
  event("tool-progress", {
    ...call,
    progress: z.number(),
    total: z.number().exactOptional(),
    message: text.exactOptional(),
  }),
  event("tool-output-available", { ...call, output: z.unknown(), preliminary: z.boolean().exactOptional() }),
  event("tool-output-error", { ...call, errorText: text, code: text.exactOptional() }),
  event("tool-output-denied", call),

  event("object-start", { ...part, ...ofStep, name: text, schemaHash: text, attempt: count }),
  event("object-delta", { ...part, delta: text }),
  event("object-end", {
    ...part,
    value: z.unknown(),
    valid: z.boolean(),
    errors: z.array(text).exactOptional(),
  }),

  event("handoff", { ...ofStep, from: text, to: text, reason: text.exactOptional() }),
  event("workflow-step", {
    step: text,
    instance: text,
    state: text,
    attempt: count.exactOptional(),
    error: text.exactOptional(),
  }),
  event("progress", {
    message: text,
    progress: z.number().exactOptional(),
    total: z.number().exactOptional(),
  }),
  event("source-url", { ...ofStep, sourceId: text, url: text, title: text.exactOptional() }),
  event("steered", { messageId: text, text, by: text }),
  event("data", {
    name: text,
    id: text.exactOptional(),
    data: z.unknown(),
    transient: z.boolean().exactOptional(),
  }),

  event("usage", { stepId: text.exactOptional(), model: text, usage, total: usage }),
  event("retry", { ...ofStep, what: text, attempt: count, of: count, inMs: z.number(), reason: text }),
  event("stop-requested", { by: text, reason: text.exactOptional() }),

  event("finish", { finishReason, total: usage.exactOptional(), timings }),
  event("abort", { by: text, reason: text.exactOptional(), total: usage.exactOptional(), timings }),
  event("error", {
    code: text,
    errorText: text,
    retryable: z.boolean(),
    host: text.exactOptional(),
    status: count.exactOptional(),
    reason: text.exactOptional(),
    retryAfterMs: z.number().exactOptional(),
    total: usage.exactOptional(),
  }),
  event("interrupted", { reason: text, errorText: text }),
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
