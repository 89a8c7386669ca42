import { StorageError } from "./storage-error.ts";

/**
 * Whether the same call may succeed later: the store is away, busy, full, read-only, or takes no more calls
 * for a moment. What else it says it will say again: the record is too large, damaged, or of a newer build,
 * or this process has lost its store. The one place that decides it.
 */
export function isPassing(error: unknown): error is StorageError {
  if (!(error instanceof StorageError) || error.untilRestart) return false;
  switch (error.code) {
    case "unavailable":
    case "full":
    case "read-only":
      return true;
    case "too-large":
    case "newer-schema":
    case "damaged":
      return false;
    default:
      return error.code satisfies never;
  }
}

/** Whether the store could not read what it has. */
export const isDamaged = (error: unknown): error is StorageError =>
  error instanceof StorageError && error.code === "damaged";

/** Whether this process has lost its store, and what is stored may be sound. */
export const isLostStore = (error: unknown): boolean =>
  error instanceof StorageError && error.untilRestart === true;

/** Whether the store would take it in smaller pieces. */
export const isTooLarge = (error: unknown): error is StorageError =>
  error instanceof StorageError && error.code === "too-large";
