import type { NewRun } from "./run-store.ts";

/** A start counts in the window of this length, ms. */
export const startsWindowMs = 600_000;

/**
 * A start that has been admitted takes the place of a live run for this long, ms, even if the run is not
 * there yet.
 */
export const pendingStartMs = 60_000;

/**
 * The same request within this time is one start: both may be under way. Shorter than what it takes to purge
 * a run, whose id may then be used for another one.
 */
export const sameStartMs = 5000;

/** The day that a budget of tokens is for, ms. */
export const dayMs = 86_400_000;

/** When to ask again while as many runs are live as may be: nobody knows when one ends, ms. */
export const liveRetryMs = 5000;

/**
 * The run that is to begin. With another body, or in another conversation, the same run id is another start.
 */
export type Start = Pick<NewRun, "runId" | "conversationId" | "userId" | "bodyHash">;

/** What a start must keep within; what is absent has no bound. */
export interface StartBounds {
  /** Starts in the last `startsWindowMs` of each `who`: an owner, an address. */
  starts: readonly { who: string; most: number }[];
  /** Runs of the owner that are not over. */
  live?: number;
  /** Tokens that the server's key has used since midnight UTC, by the store's clock. */
  tokens?: number;
}

/**
 * `at`: under which time it was counted. `retryAfterMs`: when there may be room again; of live runs nobody
 * can know.
 */
export type Admission =
  | { kind: "admitted"; at: number }
  | { kind: "refused"; bound: "starts" | "live" | "tokens"; retryAfterMs: number };

/** A start that a bound forbids. */
export type RefusedStart = Extract<Admission, { kind: "refused" }>;

/** Counts what may be used up; all processes on one store count together. */
export interface LimitStore {
  /**
   * Counts the start if every bound allows it, in one atomic step. The same start within `sameStartMs` counts
   * once.
   */
  admit(start: Start, bounds: StartBounds): Promise<Admission>;
  /**
   * Takes back what `admit` counted at that time, unless a run of this id is there: it is that run's then.
   */
  withdraw(start: Start, bounds: StartBounds, at: number): Promise<void>;
  /** Adds what was used of the server's key. The same spender again counts once. */
  spend(spender: string, tokens: number): Promise<void>;
}
