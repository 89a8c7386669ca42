import type { DatabaseSync } from "node:sqlite";
import type { ConversationStore } from "../conversation-store.ts";
import { createNotifier, type Notifier } from "../core/notifier.ts";
import { createRecentLog, type RecentLog } from "../recent-log.ts";
import type { RunStore } from "../run-store.ts";
import type { Storage } from "../storage.ts";
import { createConversationChanges } from "./conversation-changes.ts";
import { createConversations } from "./conversations.ts";
import { createRun } from "./create-run.ts";
import { createCrossProcessNotifier } from "./cross-process-notifier.ts";
import { createLeases } from "./leases.ts";
import { createLimits } from "./limits.ts";
import { createReadRuns } from "./read-runs.ts";
import { createRunLog } from "./run-log.ts";
import { createSessions } from "./sessions.ts";
import { prepareStatements, type Statements } from "./statements.ts";
import { createTransactions, type Transactions } from "./transactions.ts";
import { trim } from "./trim.ts";

export interface StorageOptions {
  /** Wall clock, ms. */
  now(): number;
  pollMs: number;
  /** How long a call waits for another process's lock before it fails, ms. */
  patienceMs?: number;
  /** Shared with the other processes on the same file; none for a database of this process alone. */
  wakeFile?: string;
  /** Throws if the file that is open is not the one at its path any more. */
  checkFile?(): void;
}

/** A store over an open database with this build's schema; closing the store closes the database. */
export function storageOver(db: DatabaseSync, options: StorageOptions): Storage {
  const { now, pollMs, patienceMs = 5000, wakeFile, checkFile } = options;
  const sql = prepareStatements(db);
  const dataVersion = () => sql.dataVersion.get()?.data_version;
  const version = () => glance(dataVersion);
  const recent = createRecentLog(version, now);
  const others =
    wakeFile === undefined
      ? undefined
      : createCrossProcessNotifier({
          wakeFile,
          pollMs,
          databaseVersion: version,
          runVersion: (runId) => glance(() => sql.mark.get(runId)?.mark),
        });
  const notifier = createNotifier(others?.watchRun ?? watchNobody);
  const transactions = createTransactions(db, {
    patienceMs,
    version: dataVersion,
    committed(changes, versionThen) {
      recent.keepOnly(versionThen);
      for (const [runId, grown] of changes) {
        if (grown) recent.keep(runId, grown);
        else recent.forget(runId);
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
    runs: createRuns({ sql, transactions, notifier, recent }, options),
    conversations: createConversationStore(sql, transactions, now),
    sessions: createSessions(db, transactions, now),
    limits: createLimits(db, transactions, now),
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
function glance<T>(look: () => T): T | undefined {
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
  recent: RecentLog;
}

function createRuns(
  { sql, transactions: { read, ask, write }, notifier, recent }: Parts,
  { now, checkFile }: StorageOptions,
): RunStore {
  const leases = createLeases(sql, now);
  const log = createRunLog(sql, now);
  const runs = createReadRuns(sql, now);
  return {
    // Async: a file that is gone rejects. Checked here and not at each append: a run is where something new
    // begins.
    createRun: async (run) => {
      checkFile?.();
      return write(createRun(sql, now, run));
    },
    claim: (runId, token, fromEpoch, leaseMs, owner, deadHolder) =>
      write(leases.claim({ runId, token, fromEpoch, leaseMs, owner, deadHolder })),
    // Async: events that no store may take reject, they do not throw.
    append: async (lease, events, leaseMs, fold) => write(log.append(lease, events, leaseMs, fold)),
    heartbeat: (lease, leaseMs) => write(leases.heartbeat(lease, leaseMs)),
    suspend: (lease, to) => write(leases.suspend(lease, to)),
    finish: async (lease, events, end) => write(log.finish(lease, events, end)),
    requestStop: (runId, by, reason) => write(log.requestStop(runId, by, reason)),
    run: (runId) => ask(() => runs.run(runId)),
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

function createConversationStore(
  sql: Statements,
  { read, write }: Transactions,
  now: () => number,
): ConversationStore {
  const conversations = createConversations(sql);
  const changes = createConversationChanges(sql, now);
  return {
    get: (id, userId) => read(() => conversations.get(id, userId)),
    list: (userId, page) => read(() => conversations.list(userId, page)),
    rename: (id, userId, title) => write(changes.rename(id, userId, title)),
    remove: (id, userId) => write(changes.remove(id, userId)),
    restore: (id, userId) => write(changes.restore(id, userId)),
  };
}
