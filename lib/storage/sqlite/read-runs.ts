import type { Cursor } from "../../protocol/cursor.ts";
import { checkRange } from "../core/check-log.ts";
import { readableMessages, unreadOf } from "../core/inbox-rules.ts";
import { decodeFold } from "../core/stored-json.ts";
import type { OpenedRun, ReadResult, RunMeta, RunSnapshot } from "../run-store.ts";
import { checkStatus, metaOf, type RunRow, stopOf } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** Reads of runs. Each call belongs inside one read transaction. */
export function createSqliteRunReads(sql: Statements, now: () => number) {
  function run(runId: string): RunMeta | null {
    const row = sql.run.get(runId);
    return row ? metaOf(row) : null;
  }

  /** Hot path: two short statements. */
  function read(runId: string, after: Cursor, limit: number): ReadResult | null {
    const row = sql.head.get(runId);
    if (!row) return null;
    checkStatus(runId, row.status);
    // The event at the cursor is read too, to compare its epoch with what the reader saw.
    const isChecked = after.epoch !== undefined && after.seq > 0;
    const from = isChecked ? after.seq - 1 : after.seq;
    const found = row.head > from ? sql.eventsAfter.all(runId, from, isChecked ? limit + 1 : limit) : [];
    if (isChecked) {
      const seen = found.shift();
      if (seen?.seq !== after.seq || seen.epoch !== after.epoch) return { gone: true };
    }
    const stop = stopOf(row);
    const expected = Math.min(limit, row.head - after.seq);
    return {
      entries: checkRange(found, { runId, after: after.seq, expected }),
      head: row.head,
      status: row.status,
      ...(stop && { stop }),
      ...(row.lease_until > 0 && { leaseLeft: row.lease_until - now() }),
    };
  }

  return {
    run,
    read,

    open(runId: string, userId: string, after: Cursor, limit: number): OpenedRun | null {
      const found = run(runId);
      if (!found || found.userId !== userId || found.deleted) return null;
      const log = read(runId, after, limit);
      return log && { run: found, read: log };
    },

    snapshot(runId: string): RunSnapshot | null {
      const row = sql.run.get(runId);
      return row ? snapshotOf(sql, row) : null;
    },

    claimable: (limit: number): RunMeta[] => sql.claimable.all(now(), limit).map(metaOf),
    leased: (limit: number): RunMeta[] => sql.leased.all(now(), limit).map(metaOf),
  };
}

/** The newest stored fold and the entries after it. */
export function snapshotOf(sql: Statements, row: RunRow): RunSnapshot {
  const { run_id: runId, head } = row;
  const stored = sql.fold.get(runId);
  const fold = stored && decodeFold(stored.json, runId, stored.seq);
  const after = fold?.seq ?? 0;
  const found = sql.eventsAfter.all(runId, after, head);
  const entries = checkRange(found, { runId, after, expected: head - after });
  return { run: metaOf(row), ...(fold && { fold }), entries, ...unreadMessagesOf(sql, row) };
}

function unreadMessagesOf(sql: Statements, { run_id, unread }: RunRow): Pick<RunSnapshot, "messages"> {
  return unread > 0 ? readableMessages(() => unreadOf(sql.inbox.all(run_id), run_id)) : {};
}
