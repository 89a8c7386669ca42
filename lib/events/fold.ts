import type { AssistantMessage, Ending, Part, TextPart, ToolPart } from "./message.ts";
import type { EventOf, FinishReason, RunEvent, Usage } from "./run-event.ts";

/**
 * A run's log folded up to `seq`: all that any viewer, checkpoint or next owner needs to go on from there.
 * A plain value: it survives JSON, and no fold changes the one it was given.
 */
export interface RunState {
  runId: string;
  /** The owner that wrote event `seq`; together they are the cursor. */
  epoch: number;
  seq: number;
  conversationId: string;
  messageId: string;
  userMessageId: string;
  parentRunId?: string;
  agent: string;
  model: string;
  /** Server ms of the first and of the newest event; 0 before the first. */
  startedAt: number;
  lastAt: number;
  parts: readonly Part[];
  /** The newest model request. */
  step?: Step;
  total?: Usage;
  /** Set while the agent waits before it asks the provider again. */
  retry?: { attempt: number; of: number; inMs: number; reason: string; at: number };
  stopRequested?: { by: string; reason?: string };
  ending?: Ending;
}

export interface Step {
  stepId: string;
  index: number;
  agent: string;
  /** 1, and one more for each time it was reset and asked again. */
  attempt: number;
  /** Why the model ended it; absent while it is open. */
  finishReason?: FinishReason;
}

/** The fold of no events. */
export const emptyRun = (runId: string): RunState => ({
  runId,
  epoch: 0,
  seq: 0,
  conversationId: "",
  messageId: "",
  userMessageId: "",
  agent: "",
  model: "",
  startedAt: 0,
  lastAt: 0,
  parts: [],
});

/**
 * The state after one more event. The caller has checked that `event.seq` is `state.seq + 1` (`placeEvent`).
 * Unknown types change nothing but the cursor. O(parts) an event, and a part is a model's whole text, not a delta.
 */
export function fold(state: RunState, event: RunEvent): RunState {
  const moved: RunState = {
    ...state,
    epoch: event.epoch,
    seq: event.seq,
    lastAt: event.ts,
    startedAt: state.startedAt || event.ts,
  };
  return change(moved, event);
}

/** What a reader at `seq` does with an event: a lower one is a repeat, a gap is asked for again, never guessed. */
export function placeEvent(seq: number, event: { seq: number }): "apply" | "drop" | "gap" {
  if (event.seq <= seq) return "drop";
  return event.seq === seq + 1 ? "apply" : "gap";
}

/** The message that the log amounts to so far. */
export function messageOf(state: RunState): AssistantMessage {
  return {
    id: state.messageId,
    parentId: state.userMessageId,
    runId: state.runId,
    role: "assistant",
    createdAt: state.startedAt,
    agent: state.agent,
    model: state.model,
    parts: state.parts,
    ...(state.ending && { ending: state.ending }),
  };
}

function change(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case "start":
      return {
        ...state,
        conversationId: event.conversationId,
        messageId: event.messageId,
        userMessageId: event.userMessageId,
        ...(event.parentRunId && { parentRunId: event.parentRunId }),
        agent: event.agent,
        model: event.model,
      };
    case "start-step":
      return {
        ...withoutRetry(state),
        step: { stepId: event.stepId, index: event.index, agent: event.agent, attempt: 1 },
      };
    case "finish-step":
      return state.step?.stepId === event.stepId
        ? { ...state, step: { ...state.step, finishReason: event.finishReason } }
        : state;
    case "reset-step":
      return {
        ...state,
        parts: state.parts.filter((part) => part.stepId !== event.stepId),
        ...(state.step?.stepId === event.stepId && { step: { ...state.step, attempt: event.attempt } }),
      };
    case "retry":
      return {
        ...state,
        retry: {
          attempt: event.attempt,
          of: event.of,
          inMs: event.inMs,
          reason: event.reason,
          at: event.ts,
        },
      };
    case "usage":
      return { ...state, total: event.total };
    case "stop-requested":
      return {
        ...state,
        stopRequested: { by: event.by, ...(event.reason !== undefined && { reason: event.reason }) },
      };
    case "finish":
    case "abort":
    case "error":
    case "interrupted":
      return { ...withoutRetry(state), ending: endingOf(event) };
    default:
      return changeParts(state, event);
  }
}

type PartEvent = Exclude<
  RunEvent,
  EventOf<
    | "start"
    | "start-step"
    | "finish-step"
    | "reset-step"
    | "retry"
    | "usage"
    | "stop-requested"
    | "finish"
    | "abort"
    | "error"
    | "interrupted"
  >
>;

function changeParts(state: RunState, event: PartEvent): RunState {
  const piece = { stepId: state.step?.stepId ?? "", startedAt: event.ts };
  switch (event.type) {
    case "text-start":
    case "reasoning-start":
      return add(withoutRetry(state), {
        kind: event.type === "text-start" ? "text" : "reasoning",
        id: event.id,
        text: "",
        ...piece,
      });
    case "text-delta":
    case "reasoning-delta":
      return edit(state, isWriting(event.id), (part) => ({ ...part, text: part.text + event.delta }));
    case "text-end":
    case "reasoning-end":
      return edit(state, isWriting(event.id), (part) => ({ ...part, endedAt: event.ts }));
    case "refusal-delta":
      return state.parts.some((part) => part.kind === "refusal" && part.id === event.id)
        ? edit(state, isRefusal(event.id), (part) => ({ ...part, text: part.text + event.delta }))
        : add(state, { kind: "refusal", id: event.id, text: event.delta, ...piece });
    case "object-start":
      return add(state, {
        kind: "object",
        id: event.id,
        name: event.name,
        json: "",
        attempt: event.attempt,
        ...piece,
      });
    case "object-delta":
      return edit(state, isObject(event.id), (part) => ({ ...part, json: part.json + event.delta }));
    case "object-end":
      return edit(state, isObject(event.id), (part) => ({
        ...part,
        value: event.value,
        valid: event.valid,
        ...(event.errors && { errors: event.errors }),
        endedAt: event.ts,
      }));
    case "handoff":
      return add(state, {
        kind: "handoff",
        from: event.from,
        to: event.to,
        ...(event.reason !== undefined && { reason: event.reason }),
        ...piece,
        endedAt: event.ts,
      });
    case "source-url":
      return add(state, {
        kind: "source",
        sourceId: event.sourceId,
        url: event.url,
        ...(event.title !== undefined && { title: event.title }),
        ...piece,
        endedAt: event.ts,
      });
    case "agent-input":
    case "workflow-step":
    case "progress":
    case "data":
      return state;
    case "tool-approval-response":
      return edit(state, isApproval(event.approvalId), (part) => ({
        ...part,
        state: event.approved ? "queued" : part.state,
      }));
    case "tool-input-start":
      return add(withoutRetry(state), {
        kind: "tool",
        toolCallId: event.toolCallId,
        toolName: event.toolName,
        state: "preparing",
        inputText: "",
        ...piece,
      });
    case "tool-input-delta":
    case "tool-input-available":
    case "tool-input-error":
    case "tool-start":
    case "tool-approval-request":
    case "tool-progress":
    case "tool-output-available":
    case "tool-output-error":
    case "tool-output-denied":
      return edit(state, isTool(event.toolCallId), (part) => ({ ...part, ...toolChange(part, event) }));
    default:
      // A newer writer's event: the cursor has advanced, and that is all a reader that does not know it may do.
      event satisfies never;
      return state;
  }
}

type ToolEvent = Exclude<Extract<PartEvent, { toolCallId: string }>, EventOf<"tool-input-start">>;

function toolChange(part: ToolPart, event: ToolEvent): Partial<ToolPart> {
  switch (event.type) {
    case "tool-input-delta":
      return { inputText: part.inputText + event.inputTextDelta };
    case "tool-input-available":
      return { state: "queued", input: event.input };
    case "tool-input-error":
      return { state: "failed", input: event.input, errorText: event.errorText, endedAt: event.ts };
    case "tool-start":
      return { state: "running", attempt: event.attempt };
    case "tool-approval-request":
      return { state: "needs-approval", approvalId: event.approvalId, effect: event.effect };
    case "tool-progress":
      return {
        progress: {
          progress: event.progress,
          ...(event.total !== undefined && { total: event.total }),
          ...(event.message !== undefined && { message: event.message }),
        },
      };
    case "tool-output-available":
      return event.preliminary
        ? { output: event.output }
        : { state: "done", output: event.output, endedAt: event.ts };
    case "tool-output-error":
      return {
        state: "failed",
        errorText: event.errorText,
        ...(event.code !== undefined && { code: event.code }),
        endedAt: event.ts,
      };
    case "tool-output-denied":
      return { state: "denied", endedAt: event.ts };
    default:
      event satisfies never;
      return {};
  }
}

const isWriting =
  (id: string) =>
  (part: Part): part is TextPart =>
    (part.kind === "text" || part.kind === "reasoning") && part.id === id;
const isRefusal =
  (id: string) =>
  (part: Part): part is Extract<Part, { kind: "refusal" }> =>
    part.kind === "refusal" && part.id === id;
const isObject =
  (id: string) =>
  (part: Part): part is Extract<Part, { kind: "object" }> =>
    part.kind === "object" && part.id === id;
const isTool =
  (id: string) =>
  (part: Part): part is ToolPart =>
    part.kind === "tool" && part.toolCallId === id;
const isApproval =
  (id: string) =>
  (part: Part): part is ToolPart =>
    part.kind === "tool" && part.approvalId === id;

const add = (state: RunState, part: Part): RunState => ({ ...state, parts: [...state.parts, part] });

/** Changes the newest part that matches; an event of a part that is not there changes nothing. */
function edit<P extends Part>(
  state: RunState,
  matches: (part: Part) => part is P,
  next: (part: P) => P,
): RunState {
  const at = state.parts.findLastIndex(matches);
  const part = state.parts[at];
  if (!part || !matches(part)) return state;
  return { ...state, parts: state.parts.with(at, next(part)) };
}

function withoutRetry(state: RunState): RunState {
  if (!state.retry) return state;
  const { retry: _, ...rest } = state;
  return rest;
}

function endingOf(event: EventOf<"finish" | "abort" | "error" | "interrupted">): Ending {
  const { runId: _r, epoch: _e, seq: _s, ts: _t, ...ending } = event;
  return ending;
}
