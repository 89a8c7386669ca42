import type { DatabaseSync } from "node:sqlite";
import { createTailCache, type TailCache } from "../core/tail-cache.ts";
import type { RunStore } from "../run-store.ts";
import type { Storage } from "../storage.ts";
import { type Bells, createBells } from "./bells.ts";
import { createSqliteConversations } from "./conversations.ts";
import { createRunInSqlite } from "./create-run.ts";
import { createSqliteLeases } from "./leases.ts";
import { createSqliteLimits } from "./limits.ts";
import { purgeConversations } from "./purge-conversations.ts";
import { createSqliteRunReads } from "./read-runs.ts";
import { createSqliteLog } from "./run-log.ts";
import { createSqliteSessions } from "./sessions.ts";
import { prepareStatements, type Statements } from "./statements.ts";
import { createTransactions, type Transactions } from "./transactions.ts";
import { watchOthers } from "./watch-others.ts";

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
  const others = wakeFile === undefined ? undefined : watchOthers({ wakeFile, pollMs, version });
  const recent = createTailCache(version, now);
  const bells = createBells({ others, markOf: (runId) => tryRead(() => sql.runVersion.get(runId)?.version) });
  const transactions = createTransactions(db, {
    busyTimeoutMs,
    dataVersion,
    onCommit(changes, versionThen) {
      recent.keepVersion(versionThen);
      for (const [runId, grown] of changes) {
        if (grown) recent.append(runId, grown);
        else recent.evict(runId);
      }
      for (const [runId, grown] of changes) bells.ring(runId, grown && "log");
      others?.tell();
    },
  });
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await transactions.close();
    bells.close();
    others?.close();
    db.close();
  }

  return {
    name: wakeFile === undefined ? "memory" : "sqlite",
    runs: createSqliteRuns({ sql, transactions, bells, recent }, options),
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

/** For hints only: undefined while the database is busy. */
function tryRead<T>(statement: () => T): T | undefined {
  try {
    return statement();
  } catch {
    return undefined; // The next read reports what is wrong.
  }
}

interface Parts {
  sql: Statements;
  transactions: Transactions;
  bells: Bells;
  recent: TailCache;
}

function createSqliteRuns(
  { sql, transactions: { read, readOne, write }, bells, recent }: Parts,
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
    bell: (runId, signal, only) => bells.listen(runId, signal, only),
    claimable: (limit) => read(() => runs.claimable(limit)),
    leased: (limit) => read(() => runs.leased(limit)),
    trim: () => write(purgeConversations(sql, now)),
  };
}
