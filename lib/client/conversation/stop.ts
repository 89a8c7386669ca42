import type { ActionOf } from "./conversation-action.ts";
import { type ConversationStep, step } from "./conversation-effect.ts";
import { type ConversationState, hasLiveRun } from "./conversation-state.ts";
import { checkSoon } from "./stream-check.ts";

/** Between two attempts. The server may not know a run yet whose POST is under way. */
const stopAgainMs = 250;
const maxStopAttempts = 120;

/** Stops the live run, even if its POST is still under way. */
export function beginStop(state: ConversationState): ConversationStep {
  const { run, pending } = state;
  const runId = run && !run.ending ? run.runId : pending?.runId;
  if (!hasLiveRun(state) || state.stop || runId === undefined) return step(state);
  return step({ ...state, stop: { runId, attempts: 0 } }, { type: "post-stop", runId });
}

/**
 * Repeats a stop until the server has taken it or the run has ended, and gives up after half a minute.
 */
export function answerStop(
  state: ConversationState,
  { runId, isTaken }: ActionOf<"stop-answered">,
): ConversationStep {
  const { stop } = state;
  if (stop?.runId !== runId) return step(state);
  if (isTaken) return checkSoon(state);
  const attempts = stop.attempts + 1;
  if (attempts >= maxStopAttempts) return step({ ...state, stop: undefined });
  return step(
    { ...state, stop: { runId, attempts } },
    { type: "set-timer", timer: "stop", ms: stopAgainMs, endsEarly: true },
  );
}

export const repeatStop = (state: ConversationState): ConversationStep =>
  state.stop ? step(state, { type: "post-stop", runId: state.stop.runId }) : step(state);
