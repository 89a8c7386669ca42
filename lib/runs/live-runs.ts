import type { StopRequest } from "../storage/run-store.ts";
import type { Clock } from "./clock.ts";

export interface LiveRun {
  stop(request: StopRequest): void;
  /** Hands the run over: what is written is saved, and another process may go on. */
  suspend(): void;
  saving: "ok" | "delayed";
  done: Promise<void>;
}

/**
 * The runs that this process owns, so that a stop and the words about saving need no way round through the
 * store.
 */
export interface LiveRuns {
  get(runId: string): LiveRun | undefined;
  add(runId: string, run: LiveRun): void;
  remove(runId: string): void;
  setSaving(runId: string, saving: LiveRun["saving"]): void;
  /** Calls `changed` whenever `saving` of that run changes or it is let go, until the signal aborts. */
  onSaving(runId: string, changed: () => void, signal: AbortSignal): void;
  /** Lets all go on for `graceMs`, suspends the rest, and resolves when none is left. */
  finishOrSuspend(clock: Clock, graceMs: number): Promise<void>;
}

export function liveRuns(): LiveRuns {
  const runs = new Map<string, LiveRun>();
  const listeners = new Map<string, Set<() => void>>();
  const tell = (runId: string) => {
    for (const changed of listeners.get(runId) ?? []) changed();
  };

  return {
    get: (runId) => runs.get(runId),
    add: (runId, run) => void runs.set(runId, run),
    remove(runId) {
      runs.delete(runId);
      tell(runId);
    },
    setSaving(runId, saving) {
      const run = runs.get(runId);
      if (run) run.saving = saving;
      tell(runId);
    },
    onSaving(runId, changed, signal) {
      if (signal.aborted) return;
      const set = listeners.get(runId) ?? new Set();
      listeners.set(runId, set.add(changed));
      const remove = () => {
        set.delete(changed);
        if (set.size === 0) listeners.delete(runId);
      };
      signal.addEventListener("abort", remove, { once: true });
    },
    async finishOrSuspend(clock, graceMs) {
      const all = () => Promise.allSettled([...runs.values()].map((run) => run.done));
      await Promise.race([all(), clock.sleep(graceMs)]);
      for (const run of runs.values()) run.suspend();
      await all();
    },
  };
}
