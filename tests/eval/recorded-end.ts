import type { Outcome } from "#lib/agents/producer.ts";
import { closingEvents } from "#lib/protocol/closing-events.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import { systemClock } from "#lib/runs/clock.ts";
import { closeRun } from "#lib/runs/close-run.ts";
import type { DrivenRun } from "#lib/runs/driven-run.ts";

/**
 * The first event that the driver wrote, and no agent: what closes the answer, and the terminal event. Behind
 * the last one where the log has no end.
 */
export function driverBegins(recorded: readonly RunEvent[]): number {
  const end = recorded.at(-1);
  if (!end || !isTerminal(end)) return recorded.length + 1;
  const states = [emptyRun(end.runId)];
  for (const event of recorded) states.push(fold(states.at(-1) ?? emptyRun(end.runId), event));
  for (let before = 1; before < recorded.length - 1; before += 1) {
    const state = states[before];
    const closed = state && closeAsRecorded(recorded, state, { type: "aborted" });
    if (closed && isEqual(closed.slice(0, -1), recorded.slice(before, -1))) return before + 1;
  }
  return recorded.length;
}

/** What the driver writes behind what the agent came to. */
export function closeAsRecorded(
  recorded: readonly RunEvent[],
  state: RunState,
  outcome: Outcome,
): EventBody[] {
  const end = recorded.at(-1);
  if (!end || !isTerminal(end)) return [];
  const came = outcomeBy(end, outcome);
  const { event, reason } = closeRun(
    { clock: systemClock, log: () => undefined },
    drivenBy(end),
    state,
    came,
  );
  return [...closingEvents(state, reason), event];
}

const isTerminal = ({ type }: RunEvent): boolean =>
  type === "finish" || type === "abort" || type === "error" || type === "interrupted";

/** What the driver decided by itself is as it was recorded. */
function outcomeBy(end: RunEvent, outcome: Outcome): Outcome {
  if (end.type === "interrupted" && outcome.type === "aborted")
    // Cast: this build or an older one wrote it.
    return { type: "interrupted", reason: end.reason as "owner-gone", errorText: end.errorText };
  if (end.type === "error" && outcome.type === "aborted") return { type: "failed", failure: new Error("") };
  return outcome;
}

/** Cast: all that an end looks at. */
const drivenBy = (end: RunEvent): DrivenRun =>
  ({
    run: { runId: end.runId, createdAt: 0 },
    ...(end.type === "abort" && {
      stop: { by: end.by, at: 0, ...(end.reason !== undefined && { reason: end.reason }) },
    }),
    ...{ beforeMs: 0, claimedAt: 0, firstTextAt: undefined },
  }) as unknown as DrivenRun;

/** By what they say; their envelopes differ. */
const isEqual = (bodies: readonly EventBody[], events: readonly RunEvent[]): boolean =>
  bodies.length === events.length &&
  bodies.every((body, at) => {
    const { runId: _r, epoch: _e, seq: _s, ts: _t, ...other } = events[at] ?? ({} as RunEvent);
    return JSON.stringify(body) === JSON.stringify(other);
  });
