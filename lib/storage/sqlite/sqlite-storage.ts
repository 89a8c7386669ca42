import type { DatabaseSync } from "node:sqlite";
import type { ConversationStore } from "../conversation-store.ts";
import { createNotifier, type Notifier } from "../core/notifier.ts";
import { createTailCache, type TailCache } from "../core/tail-cache.ts";
import type { RunStore } from "../run-store.ts";
import type { Storage } from "../storage.ts";
import { createConversationChanges } from "./conversation-changes.ts";
import { createConversationReads } from "./conversations.ts";
import { createRunInSqlite } from "./create-run.ts";
import { createCrossProcessNotifier } from "./cross-process-notifier.ts";
import { createSqliteLeases } from "./leases.ts";
import { createSqliteLimits } from "./limits.ts";
import { createSqliteRunReads } from "./read-runs.ts";
import { createSqliteLog } from "./run-log.ts";
import { createSqliteSessions } from "./sessions.ts";
import { prepareStatements, type Statements } from "./statements.ts";
import { createTransactions, type Transactions } from "./transactions.ts";
import { trim } from "./trim.ts";

export interface SqliteStorageOptions {
  /** Wall clock, ms. */
  now(): number;
  pollMs: number;
  /** How long a call waits for another process's lock before it fails, ms. */
  busyTimeoutMs?: number;
  /** Shared with the other processes on the same file; none for a database of this process alone. */
  wakeFile?: string;
  /** Throws if the file that is open is not the one at its path any more. */
  checkFile?(): void;
}

/** A store over an open database with this build's schema; closing the store closes the database. */
export function createSqliteStorage(db: DatabaseSync, options: SqliteStorageOptions): Storage {
  const { now, pollMs, busyTimeoutMs = 5000, wakeFile, checkFile } = options;
  const sql = prepareStatements(db);
  const dataVersion = () => sql.dataVersion.get()?.data_version;
  const version = () => tryRead(dataVersion);
  const recent = createTailCache(version, now);
  const runVersion = (runId: string) => tryRead(() => sql.mark.get(runId)?.mark);
  const others =
    wakeFile === undefined
      ? undefined
      : createCrossProcessNotifier({ wakeFile, pollMs, databaseVersion: version, runVersion });
  const notifier = createNotifier(others?.watchRun ?? watchNobody);
  const transactions = createTransactions(db, {
    busyTimeoutMs,
    dataVersion: dataVersion,
    onCommit(changes, versionThen) {
      recent.dropOtherVersions(versionThen);
      for (const [runId, grown] of changes) {
        if (grown) recent.append(runId, grown);
        else recent.evict(runId);
      }
      for (const [runId, grown] of changes) notifier.changed(runId, grown && "log");
      others?.notify();
    },
  });
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await transactions.close();
    notifier.close();
    others?.close();
    db.close();
  }

  return {
    name: wakeFile === undefined ? "memory" : "sqlite",
    runs: createSqliteRuns({ sql, transactions, notifier, recent }, options),
    conversations: createSqliteConversations(sql, transactions, now),
    sessions: createSqliteSessions(db, transactions, now),
    limits: createSqliteLimits(db, transactions, now),
    ping: () =>
      transactions.read(() => {
        checkFile?.();
        sql.ping.run();
      }),
    close: () => (closing ??= close()),
  };
}

/** A database of this process alone has no changes by others. */
const watchNobody = () => () => undefined;

/** For hints only, which need no patience: nothing while the database is busy. */
function tryRead<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined; // Whoever reads next is told what is wrong.
  }
}

interface Parts {
  sql: Statements;
  transactions: Transactions;
  notifier: Notifier;
  recent: TailCache;
}

function createSqliteRuns(
  { sql, transactions: { read, readOne, write }, notifier, recent }: Parts,
  { now, checkFile }: SqliteStorageOptions,
): RunStore {
  const leases = createSqliteLeases(sql, now);
  const log = createSqliteLog(sql, now);
  const runs = createSqliteRunReads(sql, now);
  return {
    // Async: a file that is gone rejects. Checked here and not at each append: a run is where something new
    // begins.
    createRun: async (run) => {
      checkFile?.();
      return write(createRunInSqlite(sql, now, run));
    },
    claim: (runId, token, fromEpoch, leaseMs, holder, deadHolder) =>
      write(leases.claim({ runId, token, fromEpoch, leaseMs, holder, deadHolder })),
    // Async: events that no store may take reject, they do not throw.
    append: async (lease, events, leaseMs, fold) => write(log.append(lease, events, leaseMs, fold)),
    heartbeat: (lease, leaseMs) => write(leases.heartbeat(lease, leaseMs)),
    suspend: (lease, to) => write(leases.suspend(lease, to)),
    finish: async (lease, events, end) => write(log.finish(lease, events, end)),
    requestStop: (runId, by, reason) => write(log.requestStop(runId, by, reason)),
    run: (runId) => readOne(() => runs.run(runId)),
    read: async (runId, after, limit) =>
      recent.read(runId, after, limit) ?? read(() => runs.read(runId, after, limit)),
    snapshot: (runId) => read(() => runs.snapshot(runId)),
    subscribe: notifier.subscribe,
    notify: notifier.notify,
    claimable: (limit) => read(() => runs.claimable(limit)),
    leased: (limit) => read(() => runs.leased(limit)),
    trim: () => write(trim(sql, now)),
  };
}

function createSqliteConversations(
  sql: Statements,
  { read, write }: Transactions,
  now: () => number,
): ConversationStore {
  const conversations = createConversationReads(sql);
  const changes = createConversationChanges(sql, now);
  return {
    get: (id, userId) => read(() => conversations.get(id, userId)),
    list: (userId, page) => read(() => conversations.list(userId, page)),
    rename: (id, userId, title) => write(changes.rename(id, userId, title)),
    remove: (id, userId) => write(changes.remove(id, userId)),
    restore: (id, userId) => write(changes.restore(id, userId)),
  };
}
