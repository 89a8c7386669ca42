import type { StopRequest } from "../storage/run-store.ts";
import type { Clock } from "./clock.ts";

export interface LiveRun {
  stop(request: StopRequest): void;
  /** Hands the run over: what is written is saved, and another process may go on. */
  suspend(): void;
  done: Promise<void>;
}

/** The runs that this process drives, so that a stop need not go through the store. */
export interface LiveRuns {
  get(runId: string): LiveRun | undefined;
  add(runId: string, run: LiveRun): void;
  remove(runId: string): void;
  /** Lets all go on for `graceMs`, suspends the rest, and resolves when none is left. */
  finishOrSuspend(clock: Clock, graceMs: number): Promise<void>;
}

export function liveRuns(): LiveRuns {
  const runs = new Map<string, LiveRun>();
  return {
    get: (runId) => runs.get(runId),
    add: (runId, run) => void runs.set(runId, run),
    remove: (runId) => void runs.delete(runId),
    async finishOrSuspend(clock, graceMs) {
      const all = () => Promise.allSettled([...runs.values()].map((run) => run.done));
      await Promise.race([all(), clock.sleep(graceMs)]);
      for (const run of runs.values()) run.suspend();
      await all();
    },
  };
}
