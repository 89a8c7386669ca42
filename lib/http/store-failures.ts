import { StorageError } from "../storage/storage-error.ts";

/** What a failure of the store is, in words for everybody. */
export const storeFailures: Readonly<Record<StorageError["code"], string>> = {
  unavailable: "the store does not answer",
  full: "the store is full",
  "read-only": "the store takes no writes",
  "too-large": "the store does not take so much in one piece",
  "newer-schema": "the store was written by a newer build",
  damaged: "a stored record cannot be read",
};

/** After how many seconds a page that could not be read asks again. */
export const awaySeconds = 10;

/**
 * The status of a page that could not be read because the store failed, and not the program; undefined: the
 * program did. What is damaged is so the next time, too.
 */
export function storeFailureStatus(error: unknown): 500 | 503 | undefined {
  if (!(error instanceof StorageError)) return undefined;
  return error.code === "damaged" ? 500 : 503;
}
