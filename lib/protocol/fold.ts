import { foldParts } from "./fold-parts.ts";
import type { AssistantMessage, Ending, Part } from "./message.ts";
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
  /** How often its model was asked again after it had failed without a word; absent: never. */
  retries?: number;
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
 * Unknown types change nothing but the cursor. O(parts) an event, and a part is a model's whole text, not a
 * delta.
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

/**
 * What a reader at `seq` does with an event: a lower one is a repeat, a gap is asked for again, never
 * guessed.
 */
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

/** The model has begun to answer: nobody waits to ask it again. */
const begins: ReadonlySet<RunEvent["type"]> = new Set([
  "text-start",
  "reasoning-start",
  "refusal-delta",
  "tool-input-start",
  "object-start",
]);

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
        ...(state.step && { step: { ...state.step, retries: (state.step.retries ?? 0) + 1 } }),
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
      return {
        ...(begins.has(event.type) ? withoutRetry(state) : state),
        parts: foldParts(state.parts, state.step?.stepId ?? "", event),
      };
  }
}

function withoutRetry(state: RunState): RunState {
  if (!state.retry) return state;
  const { retry: _, ...rest } = state;
  return rest;
}

function endingOf(event: EventOf<"finish" | "abort" | "error" | "interrupted">): Ending {
  const { runId: _r, epoch: _e, seq: _s, ts, ...ending } = event;
  if (ending.type !== "error" || ending.retryAfterMs === undefined) return ending;
  return { ...ending, at: ts };
}
