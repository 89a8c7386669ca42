import { openDatabase } from "./sqlite/open-database.ts";
import { createSqliteStorage } from "./sqlite/sqlite-storage.ts";
import { prepareFiles, sameFile } from "./sqlite/store-files.ts";
import { translateSqliteError } from "./sqlite/translate-sqlite-error.ts";
import type { Storage } from "./storage.ts";

export interface SqliteOptions {
  /**
   * Where the database's files lie (made if missing), or ":memory:" for a store that ends with this process.
   */
  dir: string;
  /** Wall clock, ms: the store's "now". */
  now?: () => number;
  /** How often a listening process looks for others' commits that it was not told of, ms. */
  pollMs?: number;
}

/**
 * Opens the embedded store: one SQLite file that several processes of one host may share (docs/protocol.md
 * 6.1). What it acknowledged survives kill -9, not a power cut. Throws `StorageError` if the files cannot be
 * used.
 */
export function openSqlite({ dir, now = Date.now, pollMs = 500 }: SqliteOptions): Storage {
  const files = dir === ":memory:" ? undefined : prepareFiles(dir);
  const db = openDatabase(files?.database);
  try {
    return createSqliteStorage(db, {
      now,
      pollMs,
      ...(files && { wakeFile: files.wake, checkFile: sameFile(files.database) }),
    });
  } catch (error) {
    db.close();
    throw translateSqliteError(error);
  }
}
