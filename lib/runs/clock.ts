import { setTimeout as delay } from "node:timers/promises";

/** Time as the runs see it; tests bring their own. */
export interface Clock {
  /** Wall time, ms: only for the `ts` of events. */
  wall(): number;
  /** Monotonic, ms: for every duration. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. Holds no process open. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  now: () => performance.now(),
  sleep: (ms, signal) =>
    delay(ms, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined),
};
