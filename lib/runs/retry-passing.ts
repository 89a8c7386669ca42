import { isPassing } from "../storage/is-passing.ts";
import type { StorageError } from "../storage/storage-error.ts";
import type { Clock } from "./clock.ts";

export interface RetryOptions {
  clock: Pick<Clock, "sleep">;
  /** Asked after each failure: whether it is still time to try again. */
  mayWait(failure: StorageError): boolean;
  onWait?(): void;
  /** Ends the wait; the last failure is thrown. */
  signal?: AbortSignal;
}

/** The first wait and the longest, ms; each is twice as long as the one before. */
const [firstRetryMs, maxRetryMs] = [50, 1000];

/**
 * Makes a call to the store until it is answered, the same one each time. Throws what will not pass
 * (storage/is-passing.ts), and the last failure once it may not wait any longer.
 */
export async function retryPassing<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, mayWait, onWait, signal } = options;
  for (let waitMs = firstRetryMs; ; waitMs = Math.min(waitMs * 2, maxRetryMs)) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || !mayWait(error)) throw error;
      onWait?.();
      await clock.sleep(waitMs, signal);
      if (signal?.aborted) throw error;
    }
  }
}

/** For `mayWait`: until so many ms have passed since now. */
export function within(ms: number, { now }: Pick<Clock, "now">): () => boolean {
  const since = now();
  return () => now() - since <= ms;
}
