import type { DatabaseSync } from "node:sqlite";
import { spentTokens } from "../core/spent-tokens.ts";
import { startKey } from "../core/start-key.ts";
import {
  type Admission,
  dayMs,
  type LimitStore,
  liveRetryMs,
  pendingStartMs,
  type Start,
  type StartBounds,
  sameStartMs,
  startsWindowMs,
} from "../limit-store.ts";
import { prepare } from "./prepare.ts";
import { metaOf } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Transactions } from "./transactions.ts";

type LimitStatements = ReturnType<typeof prepareLimitStatements> & Pick<Statements, "run">;

/** Usage limits (docs/protocol.md 3.11). */
export function createSqliteLimits(
  db: DatabaseSync,
  runs: Pick<Statements, "run">,
  { write }: Pick<Transactions, "write">,
  now: () => number,
): LimitStore {
  const sql = { ...prepareLimitStatements(db), run: runs.run };
  return {
    admit: (start, bounds) => write(() => admitStart(sql, start, bounds, now())),
    withdraw: (start, bounds, at) =>
      write(() => {
        if (sql.run.get(start.runId)) return;
        for (const who of countersOf(start, bounds)) sql.withdraw.run(who, startKey(start), at);
      }),
    spend: (spender, tokens) =>
      write(() => {
        const day = Math.floor(now() / dayMs);
        sql.forgetSpent.run(day);
        sql.spend.run(day, spender, spentTokens(tokens));
      }),
  };
}

function admitStart(sql: LimitStatements, start: Start, bounds: StartBounds, at: number): Admission {
  const known = sql.run.get(start.runId);
  if (known) return { kind: "known", run: metaOf(known) };
  sql.forgetStarts.run(at - startsWindowMs, at);
  const counters = countersOf(start, bounds);
  const same = counters.flatMap((who) => sql.start.get(who, startKey(start), at - sameStartMs) ?? [])[0];
  if (same) return { kind: "admitted", at: same.at };
  const refusal = exceededBound(sql, start, bounds, at);
  if (refusal) return refusal;
  for (const who of counters) sql.addStart.run(who, start.runId, at, startKey(start));
  return { kind: "admitted", at };
}

function exceededBound(
  sql: LimitStatements,
  { userId }: Start,
  bounds: StartBounds,
  at: number,
): Admission | undefined {
  const day = Math.floor(at / dayMs);
  if (bounds.tokens !== undefined && (sql.spent.get(day)?.tokens ?? 0) >= bounds.tokens)
    return { kind: "refused", bound: "tokens", retryAfterMs: (day + 1) * dayMs - at };
  for (const { who, max } of bounds.starts) {
    const { count, oldest } = sql.starts.get(who) ?? { count: 0, oldest: at };
    if (count >= max)
      return { kind: "refused", bound: "starts", retryAfterMs: (oldest ?? at) + startsWindowMs - at };
  }
  const live = sql.live.get(userId, liveCounter(userId), at - pendingStartMs)?.count ?? 0;
  if (bounds.live !== undefined && live >= bounds.live)
    return { kind: "refused", bound: "live", retryAfterMs: liveRetryMs };
  return undefined;
}

/** The counters in which a start is counted. In that of live runs it counts only until its run exists. */
const countersOf = ({ userId }: Start, { starts, live }: StartBounds): string[] => [
  ...starts.map(({ who }) => who),
  ...(live === undefined ? [] : [liveCounter(userId)]),
];

const liveCounter = (userId: string): string => `live ${userId}`;

function prepareLimitStatements(db: DatabaseSync) {
  return {
    start: prepare<{ at: number }>(db, "select at from starts where who = ? and start = ? and at > ?"),
    starts: prepare<{ count: number; oldest: number | null }>(
      db,
      "select count(*) as count, min(at) as oldest from starts where who = ?",
    ),
    // The index is on all four of these.
    live: prepare<{ count: number }>(
      db,
      `select (select count(*) from runs
           where owner_id = ? and status in ('queued', 'running', 'waiting', 'stopping')
             and status <> 'waiting')
         + (select count(*) from starts where who = ? and at > ?
           and not exists (select 1 from runs where runs.run_id = starts.run_id)) as count`,
    ),
    addStart: prepare(db, "insert or ignore into starts (who, run_id, at, start) values (?, ?, ?, ?)"),
    withdraw: prepare(db, "delete from starts where who = ? and start = ? and at = ?"),
    /** Those of the future are from before the clock was set back: they would lock their visitor out. */
    forgetStarts: prepare(db, "delete from starts where at <= ? or at > ?"),
    // `total` where `sum` would overflow: earlier builds kept whatever a provider reported.
    spent: prepare<{ tokens: number }>(db, "select total(max(tokens, 0)) as tokens from spent where day = ?"),
    spend: prepare(db, "insert or ignore into spent (day, spender, tokens) values (?, ?, ?)"),
    forgetSpent: prepare(db, "delete from spent where day < ?"),
  };
}
