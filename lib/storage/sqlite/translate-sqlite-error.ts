import { StorageError } from "../storage-error.ts";

interface SqliteError extends Error {
  /** SQLite's extended result code; its low byte is the kind (https://sqlite.org/rescode.html). */
  errcode: number;
}

/** Low bytes of result codes. */
const resultCodes = {
  error: 1,
  busy: 5,
  locked: 6,
  readOnly: 8,
  corrupt: 11,
  full: 13,
  tooBig: 18,
  constraint: 19,
  notDatabase: 26,
};

/**
 * The `StorageError` for a failure of SQLite or of the file system; other errors are returned as they are.
 */
export function translateSqliteError(error: unknown): unknown {
  if (isSqliteError(error)) return fromSqlite(error);
  if (isFileError(error)) return fromFileSystem(error);
  return error;
}

/** Another connection holds the lock: the same statement may succeed a moment later. */
export const isBusy = (error: unknown): boolean =>
  isSqliteError(error) && [resultCodes.busy, resultCodes.locked].includes(resultCodeOf(error));

/** Whether SQLite has found that its file is no sound database: not one record is damaged, but the whole. */
export const isBrokenDatabase = (error: unknown): boolean =>
  error instanceof StorageError &&
  isSqliteError(error.cause) &&
  [resultCodes.corrupt, resultCodes.notDatabase].includes(resultCodeOf(error.cause));

function fromSqlite(cause: SqliteError): Error {
  switch (resultCodeOf(cause)) {
    case resultCodes.constraint:
      return cause; // A mistake of the caller, such as a message id that is used twice.
    case resultCodes.full:
      return new StorageError("full", "the disk is full: nothing more can be saved until there is room", {
        cause,
      });
    case resultCodes.tooBig:
      return new StorageError("too-large", "the database does not take so much in one piece", { cause });
    case resultCodes.readOnly:
      return new StorageError("read-only", "the database cannot be written: check the rights of its files", {
        cause,
      });
    case resultCodes.error:
    case resultCodes.corrupt:
    case resultCodes.notDatabase:
      return new StorageError("damaged", `the database is damaged: ${cause.message}`, { cause });
    default:
      return new StorageError("unavailable", `the database does not answer: ${cause.message}`, { cause });
  }
}

function fromFileSystem(cause: NodeJS.ErrnoException): Error {
  const isReadOnly = ["EACCES", "EPERM", "EROFS"].includes(cause.code ?? "");
  const isFull = ["ENOSPC", "EDQUOT"].includes(cause.code ?? "");
  const code = isReadOnly ? "read-only" : isFull ? "full" : "unavailable";
  return new StorageError(code, `the store's files cannot be used: ${cause.message}`, { cause });
}

const resultCodeOf = (error: SqliteError) => error.errcode & 0xff;

const isSqliteError = (error: unknown): error is SqliteError =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number";

const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error && "errno" in error;
