import type { DatabaseSync } from "node:sqlite";
import { createNotifier } from "../core/notifier.ts";
import { createTailCache } from "../core/tail-cache.ts";
import { createUndoClock } from "../core/undo-clock.ts";
import type { Storage } from "../storage.ts";
import { StorageError } from "../storage-error.ts";
import { createArchivedConversations } from "./archived-conversations.ts";
import { createSqliteConversations } from "./conversations.ts";
import { createCrossProcessNotifier } from "./cross-process-notifier.ts";
import { createSqliteLimits } from "./limits.ts";
import { createSqliteNotes } from "./notes.ts";
import { createOpenFiles } from "./open-files.ts";
import { createSqliteRuns } from "./runs.ts";
import { createSqliteSessions } from "./sessions.ts";
import { prepareStatements } from "./statements.ts";
import type { StoreFiles } from "./store-files.ts";
import { createTransactions } from "./transactions.ts";
import { isBrokenDatabase } from "./translate-sqlite-error.ts";
import { goesOn } from "./write-batch.ts";

export interface SqliteStorageOptions {
  /** Wall clock, ms: the store's time. */
  now(): number;
  /** Ms that no one sets; absent: `now` is such a clock. */
  steady?(): number;
  /** How often a process with subscribers polls for commits of others whose notice was lost, ms. */
  pollMs: number;
  /** How long a call retries while another process holds the lock, ms. */
  busyTimeoutMs?: number;
  /** Shared with the other processes that use the database; absent for one of this process alone. */
  files?: StoreFiles;
}

/** A store on an open database with this build's schema. Closing the store closes the database. */
export function createSqliteStorage(db: DatabaseSync, options: SqliteStorageOptions): Storage {
  const { now, steady = now, pollMs, busyTimeoutMs = 5000, files } = options;
  const sql = prepareStatements(db);
  const dataVersion = () => sql.dataVersion.get()?.data_version;
  const databaseVersion = () => tryRead(dataVersion);
  const runVersion = (runId: string) => tryRead(() => sql.runVersion.get(runId)?.version);
  const undoClock = createUndoClock(steady, undoToleranceMs);
  const tailCache = createTailCache(databaseVersion, now);
  const others =
    files && createCrossProcessNotifier({ wakeFile: files.wake, pollMs, databaseVersion, runVersion });
  const notifier = createNotifier(others?.watchRun ?? watchNobody);
  const openFiles = createOpenFiles(db, files?.database, pollMs);
  let isBroken = false;
  const transactions = createTransactions(db, {
    busyTimeoutMs,
    dataVersion,
    throwIfBroken: openFiles.throwIfBroken,
    onFailure: (error) => void (isBroken ||= isBrokenDatabase(error)),
    onCommit(changes, version) {
      tailCache.keepVersion(version);
      for (const [runId, appended] of changes) {
        if (appended) tailCache.append(runId, appended);
        else tailCache.evict(runId);
      }
      const wake = (isText: boolean) => {
        for (const change of changes)
          if (isText === goesOn(change)) notifier.changed(change[0], change[1] && "log");
      };
      // X4: text is on its way before its writer goes on; of all else, the end too, whoever asked for it goes
      // on first, however many awaits lead back to it.
      wake(true);
      process.nextTick(wake, false);
      others?.notify();
    },
  });
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await transactions.close();
    notifier.close();
    others?.close();
    openFiles.close();
  }

  return {
    name: files ? "sqlite" : "memory",
    runs: createSqliteRuns({
      sql,
      transactions,
      notifier,
      tailCache,
      now,
      undoClock,
      checkFiles: openFiles.check,
      throwIfBroken: openFiles.throwIfBroken,
    }),
    conversations: createSqliteConversations(
      sql,
      transactions,
      now,
      undoClock,
      createArchivedConversations(db),
    ),
    sessions: createSqliteSessions(db, transactions, now),
    limits: createSqliteLimits(db, sql, transactions, now),
    notes: createSqliteNotes(db, transactions, now),
    async ping() {
      openFiles.check();
      await transactions.readOne(() => sql.ping.run());
      // Other pages of it can be read still, and written.
      if (isBroken) throw brokenDatabase();
    },
    tryWrite: () => transactions.probe(() => sql.writeNothing.run()),
    close: () => (closing ??= close()),
  };
}

function brokenDatabase(): StorageError {
  const detail = "the database is damaged: stop the server and restore it from a copy";
  return new StorageError("damaged", detail, { detail });
}

/** Both clocks are read one after the other. */
const undoToleranceMs = 250;

/** No other process changes a database of this process alone. */
const watchNobody = () => () => undefined;

/** For hints only: undefined while the database is busy. */
function tryRead<T>(statement: () => T): T | undefined {
  try {
    return statement();
  } catch {
    return undefined; // The next real read reports what is wrong.
  }
}
