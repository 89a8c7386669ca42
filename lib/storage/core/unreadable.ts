import { StorageError } from "../storage-error.ts";

/** The error for one record that was cut short or changed by hand: the store itself can be read. */
export const damaged = (record: string, cause?: unknown): StorageError =>
  new StorageError("damaged", `the stored ${record} cannot be read: restore it from a copy or delete it`, {
    cause,
  });

/** Whether an error concerns a single record. A loop over many records skips that one and goes on. */
export const isUnreadable = (error: unknown): boolean =>
  error instanceof StorageError && (error.code === "damaged" || error.code === "newer-schema");
