import { askedAgain, begunAnew, isWaitReason } from "./codes.ts";
import { foldParts, type PartEvent } from "./fold-parts.ts";
import {
  editStep,
  keepReport,
  keepResponse,
  moveCursor,
  reopenStep,
  resetStep,
  startStep,
  withoutReport,
  withoutResponse,
} from "./fold-steps.ts";
import { countReceived, foldWorkflow, progressOf } from "./fold-workflow.ts";
import { isRecord } from "./is-record.ts";
import type { Ending, HistorySummary, Part, Takeover } from "./message.ts";
import type { EventOf, RunEvent } from "./run-event.ts";
import { isOpen, newestStep, type RunState, type Step, stepOf } from "./run-state.ts";
import { waitTool } from "./workflow-graph.ts";

/**
 * The state after one more event. The caller has checked that `event.seq` is `state.seq + 1` (`placeEvent`).
 * Unknown types change nothing but the cursor. O(parts) an event, and a part is a model's whole text, not a
 * delta.
 *
 * 1. Parts are found by their id and steps by their stepId, so that several may be open at once. Only an
 *    event that opens a part and names no step (logs of older builds) belongs to the newest one.
 * 2. What an event does not concern stays the same value: parts, steps, and the arrays of them.
 */
export function fold(state: RunState, event: RunEvent): RunState {
  const moved: RunState = {
    ...state,
    epoch: event.epoch,
    seq: event.seq,
    lastAt: event.ts,
    startedAt: state.startedAt || event.ts,
  };
  if (event.type === "tool-approval-response")
    moved.waitedMs = (state.waitedMs ?? 0) + Math.max(0, event.ts - state.lastAt);
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
        ...(event.askedModel !== undefined && { askedModel: event.askedModel }),
        ...(event.retriedCall !== undefined && { retriedCall: event.retriedCall }),
      };
    case "start-step":
      return { ...withoutRetry(state, event.stepId), steps: startStep(state.steps, event) };
    case "finish-step":
      return finishStep(state, event);
    case "reset-step":
      return noteTakeover(
        withoutLostRetry({ ...state, ...resetStep(state.steps, state.parts, event) }),
        event,
        event.isFetched ? "fetched" : "anew",
      );
    case "continue-step":
      return continueStep(state, event);
    case "model-response":
      return { ...state, steps: keepResponse(state.steps, event.stepId, event.responseId) };
    case "retry":
      return waitForRetry(state, event);
    case "usage":
      return { ...state, steps: keepReport(state, event.stepId), total: event.total };
    case "model-name":
      return { ...state, answeredBy: event.name };
    case "history-summary":
      return { ...state, summary: historySummaryOf(event) };
    case "stop-requested":
      return {
        ...state,
        stopRequested: { by: event.by, ...(event.reason !== undefined && { reason: event.reason }) },
      };
    case "progress":
      return { ...withWorkflow(state, event), progress: progressOf(event) };
    case "workflow-start":
    case "workflow-event":
    case "workflow-state":
    case "workflow-step":
      return withWorkflow(state, event);
    case "finish":
    case "abort":
    case "error":
    case "interrupted":
      return { ...withoutRetry(state), ending: endingOf(event) };
    case "tool-output-available":
      return withAwaited(changeParts(state, event), event);
    default:
      return changeParts(state, event);
  }
}

/** What a step of a workflow has waited for has come from outside. */
function withAwaited(state: RunState, { toolCallId, output }: EventOf<"tool-output-available">): RunState {
  if (!state.workflow) return state;
  const call = state.parts.findLast((part) => part.type === "tool" && part.toolCallId === toolCallId);
  const event = call && awaitedIn(call, output);
  // What a step accepts from outside is sent as an event.
  const isOfStep = event && stepOf(state, call.stepId)?.workflowStep?.startsWith("outside/") === false;
  return isOfStep ? { ...state, workflow: countReceived(state.workflow, event) } : state;
}

/** The name of the event that a wait has come to. */
function awaitedIn(call: Part, output: unknown): string | undefined {
  if (call.type !== "tool" || call.toolName !== waitTool || !isRecord(call.input)) return undefined;
  const { event } = call.input;
  return typeof event === "string" && isRecord(output) && "data" in output ? event : undefined;
}

function withWorkflow(state: RunState, event: Parameters<typeof foldWorkflow>[1]): RunState {
  const workflow = foldWorkflow(state.workflow, event);
  return workflow === undefined || workflow === state.workflow ? state : { ...state, workflow };
}

function continueStep(state: RunState, event: EventOf<"continue-step">): RunState {
  const { stepId, reason } = event;
  const next = { ...state, steps: editStep(state.steps, stepId, (step) => reopenStep(step, event)) };
  switch (reason) {
    case begunAnew:
      return amendTakeover(next, { type: "anew" });
    case askedAgain:
      return amendTakeover(
        { ...next, steps: editStep(next.steps, stepId, withoutResponse) },
        { type: "continued", isUnreported: true },
      );
    default:
      return noteTakeover(next, event, event.isFetched ? "fetched" : "continued");
  }
}

/** Logs of older builds do not say how long it took, and nothing is told of them. */
function noteTakeover(
  state: RunState,
  { afterMs, isUnreported }: EventOf<"reset-step" | "continue-step">,
  type: Takeover["type"],
): RunState {
  if (afterMs === undefined) return state;
  const takeover: Takeover = { type, afterMs, ...(isUnreported && { isUnreported }) };
  return { ...state, takeovers: [...(state.takeovers ?? []), takeover] };
}

/** What the newest one came to is known only after it. */
const amendTakeover = (state: RunState, change: Takeover): RunState => ({
  ...state,
  takeovers: [...(state.takeovers?.slice(0, -1) ?? []), { ...state.takeovers?.at(-1), ...change }],
});

function finishStep(state: RunState, { stepId, finishReason, fault }: EventOf<"finish-step">): RunState {
  const step = stepOf(state, stepId);
  if (!step || !isOpen(step)) return state;
  const hasParts = state.parts.some((part) => part.stepId === stepId);
  // None is written while the step is open.
  const steeredBefore = hasParts ? 0 : state.parts.filter(({ type }) => type === "steered").length;
  return {
    ...withoutRetry(state, stepId),
    steps: editStep(state.steps, stepId, (finished) => ({
      ...withoutReport(withoutResponse(finished)),
      finishReason,
      ...(fault !== undefined && { fault }),
      ...(steeredBefore > 0 && { steeredBefore }),
    })),
  };
}

function waitForRetry(state: RunState, event: EventOf<"retry">): RunState {
  const { attempt, of, inMs, reason, ts } = event;
  const stepId = event.stepId ?? newestStep(state)?.stepId;
  // A wait is none of the few times that a model is asked again, and neither is a reply that was no answer.
  const count = isWaitReason(reason) || event.what !== "model" ? 0 : 1;
  const counted = (step: Step): Step => ({ ...step, retries: (step.retries ?? 0) + count });
  return {
    ...state,
    steps: count === 0 ? state.steps : editStep(state.steps, stepId, counted),
    retry: { ...(stepId !== undefined && { stepId }), attempt, of, inMs, reason, at: ts },
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

function changeParts(state: RunState, event: PartEvent): RunState {
  const parts = foldParts(state.parts, state.steps, event);
  const next = { ...state, parts };
  if ("cursor" in event && event.cursor !== undefined) next.steps = withCursor(next, event.id, event.cursor);
  if (!state.retry || !begins.has(event.type)) return next;
  const begun = parts.find((part, at) => part !== state.parts[at]);
  return begun ? withoutRetry(next, begun.stepId) : next;
}

/** `id`: of the part that the event is of. */
function withCursor({ steps, parts }: RunState, id: string, cursor: number): readonly Step[] {
  const part = parts.findLast((each) => "id" in each && each.id === id);
  return part ? moveCursor(steps, part.stepId, cursor) : steps;
}

/** `stepId`: only if it is that step that waits. */
function withoutRetry(state: RunState, stepId?: string): RunState {
  if (!state.retry) return state;
  const { retry, ...rest } = state;
  const isOfAnother = stepId !== undefined && retry.stepId !== undefined && retry.stepId !== stepId;
  return isOfAnother ? state : rest;
}

/** A step that is gone waits for nothing. */
function withoutLostRetry(state: RunState): RunState {
  const stepId = state.retry?.stepId;
  return stepId === undefined || stepOf(state, stepId) ? state : withoutRetry(state);
}

function historySummaryOf(event: EventOf<"history-summary">): HistorySummary {
  const { runId: _r, epoch: _e, seq: _s, ts: _t, type: _y, ...summary } = event;
  return summary;
}

function endingOf(event: EventOf<"finish" | "abort" | "error" | "interrupted">): Ending {
  const { runId: _r, epoch: _e, seq: _s, ts, ...ending } = event;
  if (ending.type !== "error" || ending.retryAfterMs === undefined) return ending;
  return { ...ending, at: ts };
}
