import type { Usage } from "../protocol/run-event.ts";

/**
 * What is told of the runs of a process to whoever counts them: a call a run or an append, none a delta, and
 * none of their words. A call returns at once and throws nothing.
 */
export interface RunMeter {
  /** A run is driven here from now on: a new one, one that waited or was handed over, a dead holder's. */
  began(how: "started" | "resumed" | "taken-over"): void;
  /** The store has answered an append, `ms` after it was sent first. */
  appended(ms: number): void;
  /** A model is asked again, for that reason of the `retry` event. */
  retried(reason: string): void;
  /** A run is driven here no longer. */
  left(run: LeftRun): void;
  /** What a sweep has found in the store, of all processes. */
  swept(found: { running: number; queued: number }): void;
}

export const leftStates = [
  "finished",
  "failed",
  "stopped",
  "interrupted",
  "waiting",
  "handed-over",
  "lost",
] as const;

export interface LeftRun {
  /** How it ended, or why another goes on: it waits, was handed over, or the lease was lost. */
  state: (typeof leftStates)[number];
  /** Of a run that failed, the code of its `error` event. */
  code?: string;
  /** Who asked for its stop; absent: nobody. */
  stopBy?: string;
  /** From its start to its first text, and to its end; absent where that was not seen here. */
  firstDeltaMs?: number;
  durationMs?: number;
  /** What it has used in all; absent unless it has ended. */
  usage?: Usage;
}
