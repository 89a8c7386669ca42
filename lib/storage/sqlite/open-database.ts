import { DatabaseSync } from "node:sqlite";
import { migrate } from "./migrate.ts";
import { isBusy, translateSqliteError } from "./translate-sqlite-error.ts";

/**
 * A statement blocks every stream of this process while it waits for a lock, so it waits this long only, ms.
 */
const lockMs = 25;
/** Processes that start together take turns to make the schema, ms. */
const openMs = 5000;

/** Opens the database at `file` (in memory without one) with this build's schema. Throws `StorageError`. */
export function openDatabase(file?: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file ?? ":memory:", { timeout: openMs });
    useWriteAheadLog(db);
    db.exec("pragma synchronous = normal; pragma trusted_schema = off");
    // Pages: the newest ones are written again and again, and each checkpoint writes them once more.
    db.exec("pragma wal_autocheckpoint = 4000");
    migrate(db, file);
    db.exec(`pragma busy_timeout = ${lockMs}`);
    return db;
  } catch (error) {
    if (db?.isOpen) db.close();
    throw translateSqliteError(error);
  }
}

/** This one change of SQLite's does not wait for locks by itself. */
function useWriteAheadLog(db: DatabaseSync): void {
  const giveUpAt = performance.now() + openMs;
  for (;;) {
    try {
      return db.exec("pragma journal_mode = wal");
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
