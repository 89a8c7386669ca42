import type { Read, RunMeta, RunSnapshot } from "../storage.ts";
import { checkLog, damaged, decodeFold } from "../stored-json.ts";
import { metaOf, type RunRow, stopOf } from "./rows.ts";
import type { Statements } from "./statements.ts";

export interface Cursor {
  epoch?: number;
  seq: number;
}

/** What can be asked about runs; each call belongs inside one read transaction. */
export const createReadRuns = (sql: Statements, now: () => number) => ({
  run(runId: string): RunMeta | null {
    const row = sql.run.get(runId);
    return row ? metaOf(row) : null;
  },

  read(runId: string, after: Cursor, limit: number): Read | null {
    const row = sql.run.get(runId);
    if (!row) return null;
    if (isForgotten(sql, runId, after)) return { gone: true };
    const stop = stopOf(row);
    return {
      entries: entriesOf(sql, row, after.seq, limit),
      head: row.head,
      status: row.status,
      ...(stop && { stop }),
      leaseUntil: row.lease_until,
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

/** True if the event that the reader saw is not the one stored: the store lost its tail. */
function isForgotten(sql: Statements, runId: string, { epoch, seq }: Cursor): boolean {
  return epoch !== undefined && seq > 0 && sql.event.get(runId, seq)?.epoch !== epoch;
}

function entriesOf(sql: Statements, row: RunRow, after: number, limit: number) {
  const entries = checkLog(row.run_id, after, sql.eventsAfter.all(row.run_id, after, limit));
  const expected = Math.min(limit, row.head - after);
  if (entries.length < expected) throw damaged(`event ${after + 1 + entries.length} of run ${row.run_id}`);
  return entries;
}
