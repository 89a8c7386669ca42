import { expiry, waitsSince } from "../core/wait-rules.ts";
import type { RunMeta } from "../run-store.ts";
import { readRunRow } from "./read-run-row.ts";
import { metaOf } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./write-batch.ts";

/** Whether a run is old enough to have waited for so long: where none is, no write begins. */
export const mayExpire = (sql: Statements, now: () => number, waitMs: number): boolean =>
  sql.waitingSince.get(now() - waitMs) !== undefined;

/** `RunStore.expireWaiting`, by core/wait-rules.ts. */
export const expireWaiting =
  (sql: Statements, now: () => number, waitMs: number, limit: number): Write<RunMeta[]> =>
  (changed) => {
    const at = now();
    const expired: RunMeta[] = [];
    for (const { run_id: runId, created_at: createdAt, head } of sql.waitingSince.all(at - waitMs)) {
      if (expired.length === limit) break;
      const [newest] = sql.eventsAfter.all(runId, head - 1, 1);
      if (waitsSince({ createdAt }, newest) > at - waitMs) continue;
      sql.stopRun.run(expiry.by, expiry.reason, at, runId);
      changed(runId);
      expired.push(metaOf(readRunRow(sql, runId)));
    }
    return expired;
  };
