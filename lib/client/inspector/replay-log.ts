import { fold, placeEvent } from "../../protocol/fold.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import { emptyRun, type RunState } from "../../protocol/run-state.ts";

/** A log that can be shown as it stood at any event. */
export interface ReplayLog {
  /** All so far, in order: event `seq` is at `seq - 1`. The same array while it grows. */
  readonly events: readonly RunEvent[];
  /** The fold of all of them. */
  readonly state: RunState;
  /** Takes the next event; what does not follow is left out. */
  push(event: RunEvent): void;
  /** The fold of the first `seq` events; of all of them where there are fewer. At most 256 are folded. */
  stateAt(seq: number): RunState;
}

/** Between two folds that are kept: so many events take about a millisecond. */
const keptEvery = 256;

export function createReplayLog(runId: string): ReplayLog {
  const events: RunEvent[] = [];
  /** At 0, 256, 512 … */
  const kept: RunState[] = [emptyRun(runId)];
  let state = emptyRun(runId);
  /** What was asked for last: the next one is often a little further. */
  let shown = state;

  function stateAt(seq: number): RunState {
    if (seq >= state.seq) return state;
    const nearest = kept[Math.floor(seq / keptEvery)] ?? emptyRun(runId);
    let from = shown.seq <= seq && shown.seq > nearest.seq ? shown : nearest;
    while (from.seq < seq) {
      const next = events[from.seq];
      if (!next) break;
      from = fold(from, next);
    }
    return (shown = from);
  }

  return {
    events,
    get state() {
      return state;
    },
    push(event) {
      if (placeEvent(state.seq, event) !== "apply") return;
      events.push(event);
      state = fold(state, event);
      if (state.seq % keptEvery === 0) kept.push(state);
    },
    stateAt,
  };
}
