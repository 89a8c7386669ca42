import type { DatabaseSync } from "node:sqlite";
import type { StorageError } from "../storage-error.ts";
import { createFileWatch, type DatabaseFacts } from "./file-watch.ts";
import { prepare } from "./prepare.ts";
import { isBusy } from "./translate-sqlite-error.ts";

/** The files of an open database. Once one of them was taken away, nothing more is written. */
export interface OpenFiles {
  /** Looks, and throws `StorageError` if something is wrong. */
  check(): void;
  /** The same by the last look, at no cost. */
  throwIfBroken(): void;
  /** Closes the database too. */
  close(): void;
}

/** Looks every `everyMs`. Without a path, the database is in memory, and nothing can happen to it. */
export function createOpenFiles(db: DatabaseSync, path: string | undefined, everyMs: number): OpenFiles {
  const look = path === undefined ? () => undefined : createFileWatch(path, databaseFacts(db));
  let broken: StorageError | undefined;
  const timer = path === undefined ? undefined : setInterval(keepLooking, everyMs);
  timer?.unref();

  function keepLooking(): void {
    if (broken) return;
    const found = look();
    broken = found?.error;
    if (found?.isSavable) saveLog(db);
  }

  function throwIfBroken(): void {
    if (broken) throw broken;
  }

  return {
    check() {
      keepLooking();
      throwIfBroken();
    },
    throwIfBroken,
    close() {
      clearInterval(timer);
      // SQLite would copy a log that was cut, with its holes, into the database. The process ends instead.
      if (!broken) db.close();
    },
  };
}

/** All that was acknowledged goes into the database before the log's last descriptor is closed. */
function saveLog(db: DatabaseSync): void {
  try {
    db.exec("pragma wal_checkpoint(full)");
  } catch {
    // Another process is at it, or the disk is full: what is told to the operator stays the same.
  }
}

function databaseFacts(db: DatabaseSync): DatabaseFacts {
  const size = prepare<{ bytes: number }>(
    db,
    "select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()",
  );
  const checkpoint = prepare(db, "pragma wal_checkpoint");
  return {
    size: () => size.get()?.bytes ?? 0,
    checkpoint() {
      try {
        checkpoint.get();
        return true;
      } catch (error) {
        return isBusy(error);
      }
    },
  };
}
