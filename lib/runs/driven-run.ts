import type { FinishReason } from "../protocol/run-event.ts";
import type { RunMeta, StopRequest } from "../storage/run-store.ts";

/** What an owner knows of its run while it has it. Times are of the monotonic clock. */
export interface DrivenRun {
  run: RunMeta;
  /** ms that the run had been under way when this owner claimed it. */
  beforeMs: number;
  claimedAt: number;
  /** Only of an answer that began here. */
  firstDeltaAt?: number;
  stop?: StopRequest;
  /** The process is going away, or its time is up: the run is handed over. */
  suspended: boolean;
  /** Ends the model call: a stop, a hand-over, or the lease lost. */
  abort: AbortController;
}

/** How the writing went. `interrupted`: the run was given up before the model was asked again. */
export type Outcome =
  | { finishReason: FinishReason }
  | { failure: unknown }
  | { interrupted: { reason: string; errorText: string } }
  | "aborted";
