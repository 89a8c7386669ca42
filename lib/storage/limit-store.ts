import type { NewRun, RunMeta } from "./run-store.ts";

/** The window in which starts are counted, ms. */
export const startsWindowMs = 600_000;

/** How long an admitted start counts as a live run although its run does not exist yet, ms. */
export const pendingStartMs = 60_000;

/**
 * How long a repeated request is the same start, ms: both may still be under way. Shorter than the time after
 * which a run is purged, because its id may then be used for another run.
 */
export const sameStartMs = 5000;

/** The day that a token budget is for, ms. */
export const dayMs = 86_400_000;

/** When to ask again while the maximum of live runs is reached, ms: nobody knows when one of them ends. */
export const liveRetryMs = 5000;

/** A run that is about to begin. With another body or conversation, the same run id is another start. */
export type Start = Pick<NewRun, "runId" | "conversationId" | "userId" | "bodyHash">;

/** The limits for a start; an absent one is unlimited. */
export interface StartBounds {
  /** For each `who`, a user or an address: the starts in the last `startsWindowMs`. */
  starts: readonly { who: string; max: number }[];
  /** Runs of the user that have not ended, without those that wait for a person: they cost nothing. */
  live?: number;
  /** Tokens used with the server's key since midnight UTC, store time. */
  tokens?: number;
}

/**
 * `known`: the run exists, so this is no start, and is not counted. `at`: the time under which it was
 * counted. `retryAfterMs`: when there may be room again.
 */
export type Admission =
  | { kind: "known"; run: RunMeta }
  | { kind: "admitted"; at: number }
  | { kind: "refused"; bound: "starts" | "live" | "tokens"; retryAfterMs: number };

/** A start that exceeds a limit. */
export type RefusedStart = Extract<Admission, { kind: "refused" }>;

/** More than any answer uses, and so little that thousands a day add up. */
export const maxTokensOfSpender = 1_000_000_000_000;

/** Usage limits. All processes that share a store count together. */
export interface LimitStore {
  /** Counts the start if every limit allows it, in one atomic step; the same start only once. */
  admit(start: Start, bounds: StartBounds): Promise<Admission>;
  /** Removes what `admit` counted at that time, unless the run exists by now: it is the run's then. */
  withdraw(start: Start, bounds: StartBounds, at: number): Promise<void>;
  /**
   * Adds tokens used with the server's key; for the same spender only once. What is no number is none, and a
   * spender has at most `maxTokensOfSpender`: a day's sum stays a whole number.
   */
  spend(spender: string, tokens: number): Promise<void>;
}
