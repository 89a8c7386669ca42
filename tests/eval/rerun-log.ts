import { fold } from "#lib/protocol/fold.ts";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";

/**
 * The log of a run that is run again, and the order in which things happen: whatever the run waits for comes
 * when it came, by the number of its event.
 */
export interface RerunLog {
  readonly events: readonly RunEvent[];
  readonly state: RunState;
  /** What only chance and clocks know (times, waits) is as it was recorded. */
  push(body: EventBody): void;
  /** Resolves when everything before event `seq` is there, or when nothing else goes on. */
  until(seq: number): Promise<void>;
  /** The wall time of what comes next. */
  wall(): number;
  close(): void;
}

/** Turns of the event loop in which nothing happens, until what waits goes on all the same. */
const idleTurns = 8;

export function createRerunLog(recorded: readonly RunEvent[]): RerunLog {
  const runId = recorded[0]?.runId ?? "";
  const events: RunEvent[] = [];
  let state = emptyRun(runId);
  let waiting: { seq: number; resolve: () => void }[] = [];
  let isClosed = false;
  let isWatching = false;

  function release(): void {
    const due = waiting.filter(({ seq }) => seq <= events.length + 1);
    waiting = waiting.filter((each) => !due.includes(each));
    for (const { resolve } of due) resolve();
  }

  /** What was recorded otherwise never comes: then the next one is let through. */
  async function watch(): Promise<void> {
    isWatching = true;
    for (let turns = 0, seen = events.length; waiting.length > 0 && !isClosed; turns += 1) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (events.length !== seen) [turns, seen] = [0, events.length];
      if (turns < idleTurns) continue;
      const next = waiting.toSorted((one, other) => one.seq - other.seq)[0];
      waiting = waiting.filter((each) => each !== next);
      next?.resolve();
      turns = 0;
    }
    isWatching = false;
  }

  return {
    events,
    get state() {
      return state;
    },
    push(body) {
      const seq = events.length + 1;
      const like = recorded[seq - 1];
      const { epoch, ts } = like ?? recorded.at(-1) ?? { epoch: 1, ts: 0 };
      const event: RunEvent = { runId, epoch, seq, ts, ...withChance(body, like) };
      events.push(event);
      state = fold(state, event);
      release();
    },
    until(seq) {
      if (seq <= events.length + 1 || isClosed) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push({ seq, resolve });
        if (!isWatching) void watch();
      });
    },
    wall: () => (recorded[events.length] ?? recorded.at(-1))?.ts ?? 0,
    close() {
      isClosed = true;
      for (const { resolve } of waiting) resolve();
      waiting = [];
    },
  };
}

function withChance(body: EventBody, like: RunEvent | undefined): EventBody {
  if (body.type === "retry" && like?.type === "retry") return { ...body, inMs: like.inMs };
  if (body.type === "finish" && like?.type === "finish") return { ...body, timings: like.timings };
  if (body.type === "abort" && like?.type === "abort") return { ...body, timings: like.timings };
  return body;
}
