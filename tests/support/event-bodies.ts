import type { EndReason, ErrorCode } from "#lib/protocol/codes.ts";
import type { EventOf, RunEvent, TerminalBody, Usage } from "#lib/protocol/run-event.ts";

/** One builder for each type of event, with fixed ids; `event-builders.ts` puts them together. */

/** `n` as a UUID; the builders' own ids are made of small numbers. */
export const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;

/** The ids of every script that gives no others. */
export const ids = {
  run: uuid(1),
  conversation: uuid(2),
  message: uuid(3),
  userMessage: uuid(4),
  step: "step-1",
};

export type BodyOf<T extends RunEvent["type"]> = Omit<EventOf<T>, "runId" | "epoch" | "seq" | "ts">;
/** As this build writes it. */
type TerminalOf<T extends TerminalBody["type"]> = Extract<TerminalBody, { type: T }>;
type FieldsOf<T extends RunEvent["type"]> = Partial<Omit<BodyOf<T>, "type">>;

export const start = (fields: FieldsOf<"start"> = {}): BodyOf<"start"> => ({
  type: "start",
  v: 1,
  conversationId: ids.conversation,
  messageId: ids.message,
  userMessageId: ids.userMessage,
  agent: "assistant",
  model: "demo",
  ...fields,
});
export const agentInput = (fields: FieldsOf<"agent-input"> = {}): BodyOf<"agent-input"> => ({
  type: "agent-input",
  stepId: ids.step,
  agent: "assistant",
  messageCount: 1,
  hash: "hash",
  ...fields,
});
export const historySummary = (fields: FieldsOf<"history-summary"> = {}): BodyOf<"history-summary"> => ({
  type: "history-summary",
  upTo: uuid(5),
  messageCount: 2,
  text: "Notes.",
  ...fields,
});
export const modelName = (name: string, stepId = ids.step): BodyOf<"model-name"> => ({
  type: "model-name",
  stepId,
  name,
});

export const startStep = (
  stepId = ids.step,
  index = 0,
  agent = "assistant",
  inside: Pick<BodyOf<"start-step">, "parentToolCallId" | "workflowStep" | "workflowCall"> = {},
): BodyOf<"start-step"> => ({
  type: "start-step",
  stepId,
  index,
  agent,
  ...inside,
});
export const finishStep = (
  finishReason: BodyOf<"finish-step">["finishReason"] = "stop",
  stepId = ids.step,
): BodyOf<"finish-step"> => ({ type: "finish-step", stepId, finishReason });
export const resetStep = (stepId = ids.step, attempt = 2, reason = "owner-died"): BodyOf<"reset-step"> => ({
  type: "reset-step",
  stepId,
  attempt,
  reason,
});
export const continueStep = (
  stepId = ids.step,
  attempt = 2,
  reason = "owner-died",
): BodyOf<"continue-step"> => ({
  type: "continue-step",
  stepId,
  attempt,
  reason,
});

export const modelResponse = (responseId = "resp-1", stepId = ids.step): BodyOf<"model-response"> => ({
  type: "model-response",
  stepId,
  responseId,
});

/** Which step a part is opened in; absent: the newest. */
const inStep = (stepId: string | undefined) => (stepId === undefined ? {} : { stepId });

export const textStart = (id = "text-1", stepId?: string): BodyOf<"text-start"> => ({
  type: "text-start",
  id,
  ...inStep(stepId),
});
export const textDelta = (delta: string, id = "text-1"): BodyOf<"text-delta"> => ({
  type: "text-delta",
  id,
  delta,
});
export const textEnd = (id = "text-1"): BodyOf<"text-end"> => ({ type: "text-end", id });
export const reasoningStart = (id = "reasoning-1", stepId?: string): BodyOf<"reasoning-start"> => ({
  type: "reasoning-start",
  id,
  ...inStep(stepId),
});
export const reasoningDelta = (delta: string, id = "reasoning-1"): BodyOf<"reasoning-delta"> => ({
  type: "reasoning-delta",
  id,
  delta,
});
export const reasoningEnd = (id = "reasoning-1"): BodyOf<"reasoning-end"> => ({ type: "reasoning-end", id });
export const refusalDelta = (delta: string, id = "refusal-1", stepId?: string): BodyOf<"refusal-delta"> => ({
  type: "refusal-delta",
  id,
  ...inStep(stepId),
  delta,
});

export const toolInputStart = (
  toolCallId = "call-1",
  toolName = "add",
  stepId?: string,
): BodyOf<"tool-input-start"> => ({
  type: "tool-input-start",
  toolCallId,
  toolName,
  ...inStep(stepId),
});
export const toolInputDelta = (toolCallId: string, inputTextDelta: string): BodyOf<"tool-input-delta"> => ({
  type: "tool-input-delta",
  toolCallId,
  inputTextDelta,
});
export const toolInputAvailable = (
  toolCallId = "call-1",
  toolName = "add",
  input: unknown = {},
): BodyOf<"tool-input-available"> => ({ type: "tool-input-available", toolCallId, toolName, input });
export const toolInputError = (
  toolCallId = "call-1",
  toolName = "add",
  input: unknown = "{",
  errorText = "incomplete",
): BodyOf<"tool-input-error"> => ({ type: "tool-input-error", toolCallId, toolName, input, errorText });
export const toolStart = (toolCallId = "call-1", attempt = 1): BodyOf<"tool-start"> => ({
  type: "tool-start",
  toolCallId,
  attempt,
});
export const toolApprovalRequest = (
  toolCallId = "call-1",
  approvalId = `approval-${toolCallId}`,
): BodyOf<"tool-approval-request"> => ({
  type: "tool-approval-request",
  approvalId,
  toolCallId,
  effect: "writes",
  inputHash: "hash",
});
export const toolApprovalResponse = (
  approvalId = "approval-call-1",
  approved = true,
): BodyOf<"tool-approval-response"> => ({ type: "tool-approval-response", approvalId, approved, by: "user" });
export const toolProgress = (
  toolCallId = "call-1",
  progress = 1,
  total?: number,
): BodyOf<"tool-progress"> => ({
  type: "tool-progress",
  toolCallId,
  progress,
  ...(total !== undefined && { total }),
});
export const toolOutputAvailable = (
  toolCallId = "call-1",
  output: unknown = "5",
): BodyOf<"tool-output-available"> => ({
  type: "tool-output-available",
  toolCallId,
  output,
});
export const toolOutputError = (
  toolCallId = "call-1",
  errorText = "failed",
): BodyOf<"tool-output-error"> => ({
  type: "tool-output-error",
  toolCallId,
  errorText,
});
export const toolOutputDenied = (toolCallId = "call-1"): BodyOf<"tool-output-denied"> => ({
  type: "tool-output-denied",
  toolCallId,
});

export const objectStart = (
  id = "object-1",
  name = "recipe",
  attempt = 1,
  stepId?: string,
): BodyOf<"object-start"> => ({
  type: "object-start",
  id,
  ...inStep(stepId),
  name,
  schemaHash: "hash",
  attempt,
});
export const objectDelta = (delta: string, id = "object-1"): BodyOf<"object-delta"> => ({
  type: "object-delta",
  id,
  delta,
});
export const objectEnd = (value: unknown, valid = true, id = "object-1"): BodyOf<"object-end"> => ({
  type: "object-end",
  id,
  value,
  valid,
});

export const handoff = (from = "assistant", to = "researcher", stepId?: string): BodyOf<"handoff"> => ({
  type: "handoff",
  from,
  to,
  ...inStep(stepId),
});
export const workflowStep = (fields: FieldsOf<"workflow-step"> = {}): BodyOf<"workflow-step"> => ({
  type: "workflow-step",
  step: "draft",
  instance: "draft-1",
  state: "running",
  ...fields,
});
const workflowGraph: BodyOf<"workflow-start">["graph"] = {
  name: "essay",
  input: "topic",
  steps: [
    { name: "outline", accepts: ["topic"], emits: ["section"], concurrency: 4 },
    { name: "draft", accepts: ["section"], emits: ["text"], concurrency: 2 },
    { name: "join", accepts: ["text"], emits: ["stop"], concurrency: 1 },
  ],
  events: ["topic", "section", "text", "stop"],
  outside: [],
};
export const workflowStart = (fields: FieldsOf<"workflow-start"> = {}): BodyOf<"workflow-start"> => ({
  type: "workflow-start",
  name: "essay",
  definitionHash: "hash",
  graph: workflowGraph,
  ...fields,
});
export const workflowEvent = (
  id: string,
  name: string,
  content: unknown,
  from?: string,
): BodyOf<"workflow-event"> => ({
  type: "workflow-event",
  ...{ id, name, data: content },
  ...(from !== undefined && { from }),
});
export const workflowState = (
  name = "count",
  value: unknown = 1,
  instance = "outline/1",
): BodyOf<"workflow-state"> => ({ type: "workflow-state", instance, name, value });
export const progress = (message: string, done?: number, total?: number): BodyOf<"progress"> => ({
  type: "progress",
  message,
  ...(done !== undefined && { progress: done }),
  ...(total !== undefined && { total }),
});
export const sourceUrl = (
  url = "https://example.org/",
  title?: string,
  stepId?: string,
): BodyOf<"source-url"> => ({
  type: "source-url",
  sourceId: url,
  url,
  ...inStep(stepId),
  ...(title !== undefined && { title }),
});
export const steered = (text: string, messageId = uuid(9), by = "user"): BodyOf<"steered"> => ({
  type: "steered",
  messageId,
  text,
  by,
});
export const dataEvent = (name: string, content: unknown): BodyOf<"data"> => ({
  type: "data",
  name,
  data: content,
});

const tokens: Usage = { inputTokens: 10, outputTokens: 5, source: "provider" };
export const usageEvent = (cost: Usage = tokens, total: Usage = cost): BodyOf<"usage"> => ({
  type: "usage",
  model: "demo",
  usage: cost,
  total,
});
export const retry = (attempt = 1, reason = "rate-limited", stepId?: string): BodyOf<"retry"> => ({
  type: "retry",
  ...inStep(stepId),
  what: "model",
  attempt,
  of: 2,
  inMs: 1000,
  reason,
});
export const stopRequested = (by = "user"): BodyOf<"stop-requested"> => ({ type: "stop-requested", by });

const timings = { queuedMs: 1, ttftMs: 2, durationMs: 3 };
export const finish = (finishReason: BodyOf<"finish">["finishReason"] = "stop"): TerminalBody => ({
  type: "finish",
  finishReason,
  timings,
});
export const abort = (by = "user"): TerminalBody => ({ type: "abort", by, timings });
export const error = (
  code: ErrorCode = "cut-off",
  errorText = "the answer was cut off",
): TerminalOf<"error"> => ({
  type: "error",
  code,
  errorText,
  retryable: true,
});
export const interrupted = (reason: EndReason = "owner-gone"): TerminalBody => ({
  type: "interrupted",
  reason,
  errorText: "interrupted",
});
