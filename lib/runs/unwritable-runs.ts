import { isDamaged, isTooLarge } from "../storage/is-passing.ts";
import { StorageError } from "../storage/storage-error.ts";

interface RunAtEpoch {
  runId: string;
  epoch: number;
}

/**
 * Runs that this process can bring to no end, because the store refuses for good what it would write: their
 * readers are told so, and none of them is taken over again before a pause, which grows.
 */
export interface UnwritableRuns {
  /** Why it cannot be written. Undefined: another has claimed it since, or it is time to try again. */
  failureOf(run: RunAtEpoch, now: number): StorageError | undefined;
  /** The same for whoever does not know its epoch. */
  has(runId: string, now: number): boolean;
  /** `error`: of a claim or of an end; what may pass is no reason. `now`: monotonic ms. */
  note(run: RunAtEpoch, error: unknown, now: number): void;
}

/** The first pause and the longest, ms; each is twice as long as the one before. */
const [firstPauseMs, maxPauseMs] = [60_000, 3_600_000];
/** Whatever comes on top, the one that was refused longest ago is forgotten. */
const maxRefusedRuns = 10_000;

export function createUnwritableRuns(): UnwritableRuns {
  const refused = new Map<string, { epoch: number; failure: StorageError; pauseMs: number; until: number }>();
  return {
    failureOf({ runId, epoch }, now) {
      const known = refused.get(runId);
      if (!known || now >= known.until) return undefined;
      if (known.epoch === epoch) return known.failure;
      refused.delete(runId);
      return undefined;
    },
    has: (runId, now) => now < (refused.get(runId)?.until ?? Number.NEGATIVE_INFINITY),
    note({ runId, epoch }, error, now) {
      const failure = isTooLarge(error)
        ? new StorageError("damaged", error.message, { cause: error })
        : error;
      if (!isDamaged(failure)) return;
      const before = refused.get(runId);
      const pauseMs = before ? Math.min(before.pauseMs * 2, maxPauseMs) : firstPauseMs;
      refused.delete(runId);
      refused.set(runId, { epoch, failure, pauseMs, until: now + pauseMs });
      const [oldest] = refused.keys();
      if (refused.size > maxRefusedRuns && oldest !== undefined) refused.delete(oldest);
    },
  };
}
