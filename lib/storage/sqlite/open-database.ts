import { DatabaseSync } from "node:sqlite";
import { migrate } from "./migrate.ts";
import { isBusy, translateSqliteError } from "./translate-sqlite-error.ts";

/**
 * SQLite's own busy timeout, ms. Short, because a statement that waits for a lock blocks the whole process;
 * retry-while-busy.ts waits the rest of the time.
 */
const blockingTimeoutMs = 25;
/** The same while the database is opened, ms: processes that start together create the schema one by one. */
const openTimeoutMs = 5000;

/** Opens the database at `file` (in memory without one) with this build's schema. Throws `StorageError`. */
export function openDatabase(file?: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file ?? ":memory:", { timeout: openTimeoutMs });
    useWriteAheadLog(db);
    db.exec("pragma synchronous = normal; pragma trusted_schema = off");
    // In pages. The newest pages are rewritten again and again, and each checkpoint writes them once more.
    db.exec("pragma wal_autocheckpoint = 4000");
    migrate(db, file);
    db.exec(`pragma busy_timeout = ${blockingTimeoutMs}`);
    return db;
  } catch (error) {
    if (db?.isOpen) db.close();
    throw translateSqliteError(error);
  }
}

/** The busy timeout does not apply to this one pragma. */
function useWriteAheadLog(db: DatabaseSync): void {
  const giveUpAt = performance.now() + openTimeoutMs;
  for (;;) {
    try {
      return db.exec("pragma journal_mode = wal");
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
