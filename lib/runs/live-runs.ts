import type { HolderDurability, StopRequest } from "../storage/run-store.ts";
import type { Clock } from "./clock.ts";
import { effectTimeMs } from "./effect-time.ts";
import { createLeaseWatch, type LeaseWatch } from "./lease-watch.ts";
import { createUnwritableRuns, type UnwritableRuns } from "./unwritable-runs.ts";

export interface LiveRun {
  /** Whose it is; undefined until its log was read. */
  readonly userId: string | undefined;
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
   * A run that comes meanwhile, which somebody has just decided about, ends with them.
   */
  finishOrHandOver(clock: Clock, graceMs: number): Promise<void>;
  /** All were handed over: whoever meets one of them here leaves it to the next process. */
  readonly isClosed: boolean;
}

export function createLiveRuns(): LiveRuns {
  const runs = new Map<string, LiveRun>();
  let isLate = false;
  let isClosed = false;
  return {
    get size() {
      return runs.size;
    },
    get: (runId) => runs.get(runId),
    add(runId, run) {
      runs.set(runId, run);
      if (isLate) run.startNoEffects();
      if (isClosed) run.handOver();
    },
    remove: (runId) => void runs.delete(runId),
    leases: createLeaseWatch(),
    unwritable: createUnwritableRuns(),
    async finishOrHandOver(clock, graceMs) {
      const all = () => Promise.allSettled([...runs.values()].map(({ done }) => done));
      const lastMs = effectTimeMs(graceMs);
      await Promise.race([all(), clock.sleep(graceMs - lastMs)]);
      isLate = true;
      for (const run of runs.values()) run.startNoEffects();
      if (lastMs > 0) await Promise.race([all(), clock.sleep(lastMs)]);
      isClosed = true;
      for (const run of runs.values()) run.handOver();
      while (runs.size > 0) await all();
    },
    get isClosed() {
      return isClosed;
    },
  };
}
