import type { HolderDurability, StopRequest } from "../storage/run-store.ts";
import type { Clock } from "./clock.ts";
import { effectTimeMs } from "./effect-time.ts";
import { createLeaseWatch, type LeaseWatch } from "./lease-watch.ts";
import { createUnwritableRuns, type UnwritableRuns } from "./unwritable-runs.ts";

export interface LiveRun {
  requestStop(stop: StopRequest): void;
  /** What is written is saved, and another process goes on. */
  handOver(): void;
  /** It will be handed over soon: no call with effects starts any more. */
  startNoEffects(): void;
  /** How saving goes. */
  readonly durability: HolderDurability;
  /** Resolves when this process drives the run no longer. */
  done: Promise<void>;
}

/** The runs that this process drives: a stop of one of them need not wait for the store's next reply. */
export interface LiveRuns {
  readonly size: number;
  get(runId: string): LiveRun | undefined;
  add(runId: string, run: LiveRun): void;
  remove(runId: string): void;
  /** Of the runs that other processes drive. */
  readonly leases: LeaseWatch;
  /** Those that it cannot drive: the store takes nothing of them. */
  readonly unwritable: UnwritableRuns;
  /**
   * Lets all of them go on for `graceMs`, hands the rest over, and resolves when there is none. Towards the
   * end no call with effects starts: one that is cut off leaves a person with the question what it has done.
   */
  finishOrHandOver(clock: Clock, graceMs: number): Promise<void>;
}

export function createLiveRuns(): LiveRuns {
  const runs = new Map<string, LiveRun>();
  return {
    get size() {
      return runs.size;
    },
    get: (runId) => runs.get(runId),
    add: (runId, run) => void runs.set(runId, run),
    remove: (runId) => void runs.delete(runId),
    leases: createLeaseWatch(),
    unwritable: createUnwritableRuns(),
    async finishOrHandOver(clock, graceMs) {
      const all = () => Promise.allSettled([...runs.values()].map(({ done }) => done));
      const lastMs = effectTimeMs(graceMs);
      await Promise.race([all(), clock.sleep(graceMs - lastMs)]);
      for (const run of runs.values()) run.startNoEffects();
      if (lastMs > 0) await Promise.race([all(), clock.sleep(lastMs)]);
      for (const run of runs.values()) run.handOver();
      await all();
    },
  };
}
