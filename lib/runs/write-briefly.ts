import { isLostStore } from "../storage/is-passing.ts";
import { StorageError } from "../storage/storage-error.ts";
import type { Clock } from "./clock.ts";
import { retryBriefly } from "./retry-briefly.ts";

/**
 * As `retryBriefly`, for a call that stores something: where none was answered, one of them may have been
 * done, and whoever waits must not be told that nothing was.
 */
export async function writeBriefly<T>(
  clock: Pick<Clock, "now" | "sleep">,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await retryBriefly(clock, call);
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== "unavailable" || isLostStore(error)) throw error;
    throw new StorageError(error.code, error.message, { cause: error, mayBeDone: true });
  }
}
