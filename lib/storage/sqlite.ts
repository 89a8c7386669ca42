import { openDatabase } from "./sqlite/open-database.ts";
import { createSqliteStorage } from "./sqlite/sqlite-storage.ts";
import { prepareFiles } from "./sqlite/store-files.ts";
import { translateSqliteError } from "./sqlite/translate-sqlite-error.ts";
import type { Storage } from "./storage.ts";

export interface SqliteOptions {
  /** The directory of the database's files (made if missing), or ":memory:". */
  dir: string;
  /** Wall clock, ms: the store's time. */
  now?: () => number;
  /** Ms that no one sets. */
  steady?: () => number;
  /** How often a process with subscribers polls for commits whose notice was lost, ms. */
  pollMs?: number;
}

/**
 * Opens the embedded store: one SQLite file that several processes of one host may share (docs/protocol.md
 * 6.1). Acknowledged writes survive kill -9; the last ones may not survive a power cut. Throws `StorageError`
 * if the files cannot be used.
 */
export function openSqlite({ dir, now, steady, pollMs = 500 }: SqliteOptions): Storage {
  const files = dir === ":memory:" ? undefined : prepareFiles(dir);
  const db = openDatabase(files?.database);
  try {
    return createSqliteStorage(db, {
      now: now ?? Date.now,
      steady: steady ?? now ?? (() => performance.now()),
      pollMs,
      ...(files && { files }),
    });
  } catch (error) {
    db.close();
    throw translateSqliteError(error);
  }
}
