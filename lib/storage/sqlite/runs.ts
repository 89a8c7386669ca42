import { isEnded, type RunStatus } from "../../protocol/run-status.ts";
import type { Notifier } from "../core/notifier.ts";
import type { TailCache } from "../core/tail-cache.ts";
import type { UndoClock } from "../core/undo-clock.ts";
import type { RunStore } from "../run-store.ts";
import { createRunInSqlite } from "./create-run.ts";
import { expireWaiting, mayExpire } from "./expire-waiting.ts";
import { createSqliteInbox } from "./inbox.ts";
import { createSqliteLeases } from "./leases.ts";
import { purgeConversations } from "./purge-conversations.ts";
import { createSqliteRunReads } from "./read-runs.ts";
import { createSqliteLog } from "./run-log.ts";
import type { Statements } from "./statements.ts";
import type { Transactions } from "./transactions.ts";

export interface SqliteRunsOptions {
  sql: Statements;
  transactions: Transactions;
  notifier: Notifier;
  tailCache: TailCache;
  /** Store ms. */
  now(): number;
  undoClock: UndoClock;
  /** Looks, and throws if the open files are no longer those at their paths. */
  checkFiles(): void;
  /** The same by the last look. */
  throwIfBroken(): void;
}

/** The runs of a SQLite store: each change is one write, each read one read transaction. */
export function createSqliteRuns({
  sql,
  transactions: { read, readOne, write },
  notifier,
  tailCache,
  now,
  undoClock,
  checkFiles,
  throwIfBroken,
}: SqliteRunsOptions): RunStore {
  const leases = createSqliteLeases(sql, now);
  const log = createSqliteLog(sql, now);
  const inbox = createSqliteInbox(sql);
  const reads = createSqliteRunReads(sql, now);

  /** A live run goes on elsewhere once its files were taken away: nobody is to wait for it here. */
  function unlessLost<T extends { status: RunStatus } | { gone: true }>(found: T | null): T | null {
    if (found && "status" in found && !isEnded(found.status)) throwIfBroken();
    return found;
  }

  return {
    // Async, so that a missing file rejects. It is checked here and not at each append: nothing new may begin
    // in a deleted file.
    createRun: async (run, claim) => {
      checkFiles();
      return write(createRunInSqlite({ sql, now, leases }, run, claim));
    },
    claim: (runId, token, fromEpoch, leaseMs, holder, deadHolder) =>
      write(leases.claim({ runId, token, fromEpoch, leaseMs, holder, deadHolder })),
    // Async, so that events that no store may take reject.
    append: async (lease, events, leaseMs, fold) => write(log.append(lease, events, leaseMs, fold)),
    heartbeat: (lease, leaseMs) => write(leases.heartbeat(lease, leaseMs)),
    suspend: (lease, to) => write(leases.suspend(lease, to)),
    finish: async (lease, events, end) => write(log.finish(lease, events, end)),
    requestStop: (runId, by, reason) => write(log.requestStop(runId, by, reason)),
    decide: (runId, decision, inputHash) => write(inbox.decide(runId, decision, inputHash)),
    sendMessage: (runId, message) => write(inbox.sendMessage(runId, message)),
    leftMessages: (limit) => read(() => inbox.leftMessages(limit)),
    dueQueues: (limit) =>
      read(() =>
        sql.dueQueues.all(limit).map(({ id, owner_id }) => ({ conversationId: id, userId: owner_id })),
      ),
    dropMessage: (runId, messageId) => write(inbox.dropMessage(runId, messageId)),
    expireWaiting: async (waitMs, limit) =>
      (await readOne(() => mayExpire(sql, now, waitMs))) ? write(expireWaiting(sql, now, waitMs, limit)) : [],
    run: async (runId) => unlessLost(await readOne(() => reads.run(runId))),
    read: async (runId, after, limit) =>
      unlessLost(tailCache.read(runId, after, limit) ?? (await read(() => reads.read(runId, after, limit)))),
    async open(runId, userId, after, limit) {
      const opened = await read(() => reads.open(runId, userId, after, limit));
      unlessLost(opened && opened.run);
      return opened;
    },
    async snapshot(runId) {
      const snapshot = await read(() => reads.snapshot(runId));
      unlessLost(snapshot && snapshot.run);
      return snapshot;
    },
    subscribe: notifier.subscribe,
    notify: notifier.notify,
    claimable: (limit) => read(() => reads.claimable(limit)),
    leased: (limit) => read(() => reads.leased(limit)),
    trim: () => write(purgeConversations(sql, now, undoClock)),
  };
}
