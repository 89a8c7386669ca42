import type { Cursor } from "../../protocol/cursor.ts";
import type { LogEntry } from "../../protocol/log-entry.ts";
import { checkLog, damaged, decodeFold } from "../core/stored-json.ts";
import type { ReadResult, RunMeta, RunSnapshot } from "../run-store.ts";
import { metaOf, type RunRow, stopOf } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** What can be asked about runs; each call belongs inside one read transaction. */
export const createSqliteRunReads = (sql: Statements, now: () => number) => ({
  run(runId: string): RunMeta | null {
    const row = sql.run.get(runId);
    return row ? metaOf(row) : null;
  },

  /** Short statements: every event that a reader sees comes by here. */
  read(runId: string, after: Cursor, limit: number): ReadResult | null {
    const run = sql.glance.get(runId);
    if (!run) return null;
    // The event at the cursor comes along, to be held against what the reader saw.
    const isHeld = after.epoch !== undefined && after.seq > 0;
    const from = isHeld ? after.seq - 1 : after.seq;
    const found = run.head > from ? sql.eventsAfter.all(runId, from, isHeld ? limit + 1 : limit) : [];
    if (isHeld) {
      const seen = found.shift();
      if (seen?.seq !== after.seq || seen.epoch !== after.epoch) return { gone: true };
    }
    const stop = stopOf(run);
    return {
      entries: whole(found, { runId, after: after.seq, expected: Math.min(limit, run.head - after.seq) }),
      head: run.head,
      status: run.status,
      ...(stop && { stop }),
      ...(run.lease_until > 0 && { leaseLeft: run.lease_until - now() }),
    };
  },

  snapshot(runId: string): RunSnapshot | null {
    const row = sql.run.get(runId);
    return row ? snapshotOf(sql, row) : null;
  },

  claimable: (limit: number): RunMeta[] => sql.claimable.all(now(), limit).map(metaOf),
  leased: (limit: number): RunMeta[] => sql.leased.all(now(), limit).map(metaOf),
});

/** The newest stored fold and the entries after it. */
export function snapshotOf(sql: Statements, row: RunRow): RunSnapshot {
  const stored = sql.fold.get(row.run_id);
  const fold = stored && decodeFold(stored.json, row.run_id, stored.seq);
  const entries = entriesOf(sql, row, fold?.seq ?? 0, row.head);
  return { run: metaOf(row), ...(fold && { fold }), entries };
}

function entriesOf(sql: Statements, row: RunRow, after: number, limit: number): LogEntry[] {
  const found = sql.eventsAfter.all(row.run_id, after, limit);
  return whole(found, { runId: row.run_id, after, expected: Math.min(limit, row.head - after) });
}

interface Stretch {
  runId: string;
  after: number;
  expected: number;
}

/** The entries, all there and readable; throws `StorageError("damaged")` otherwise. */
function whole(found: readonly LogEntry[], { runId, after, expected }: Stretch): LogEntry[] {
  const entries = checkLog(runId, after, found.slice(0, Math.max(expected, 0)));
  if (entries.length < expected) throw damaged(`event ${after + 1 + entries.length} of run ${runId}`);
  return entries;
}
