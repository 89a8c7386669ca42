import type { DatabaseSync } from "node:sqlite";
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
import { prepare } from "./statements.ts";
import type { Transactions } from "./transactions.ts";

type LimitStatements = ReturnType<typeof prepareLimitStatements>;

/** What may be used up (docs/protocol.md 3.11). */
export function createSqliteLimits(
  db: DatabaseSync,
  { write }: Pick<Transactions, "write">,
  now: () => number,
): LimitStore {
  const sql = prepareLimitStatements(db);
  return {
    admit: (start, bounds) => write(() => admit(sql, start, bounds, now())),
    withdraw: (start, bounds, at) =>
      write(() => {
        if (sql.run.get(start.runId)) return;
        for (const who of counters(start, bounds)) sql.withdraw.run(who, nameOf(start), at);
      }),
    spend: (spender, tokens) =>
      write(() => {
        const day = Math.floor(now() / dayMs);
        sql.forgetSpent.run(day);
        sql.spend.run(day, spender, tokens);
      }),
  };
}

function admit(sql: LimitStatements, start: Start, bounds: StartBounds, at: number): Admission {
  sql.forgetStarts.run(at - startsWindowMs);
  const counted = counters(start, bounds);
  const same = counted.flatMap((who) => sql.start.get(who, nameOf(start), at - sameStartMs) ?? [])[0];
  if (same) return { kind: "admitted", at: same.at };
  const refusal = refuse(sql, start, bounds, at);
  if (refusal) return refusal;
  for (const who of counted) sql.addStart.run(who, start.runId, at, nameOf(start));
  return { kind: "admitted", at };
}

function refuse(
  sql: LimitStatements,
  { userId }: Start,
  bounds: StartBounds,
  at: number,
): Admission | undefined {
  const day = Math.floor(at / dayMs);
  if (bounds.tokens !== undefined && (sql.spent.get(day)?.tokens ?? 0) >= bounds.tokens)
    return { kind: "refused", bound: "tokens", retryAfterMs: (day + 1) * dayMs - at };
  for (const { who, most } of bounds.starts) {
    const { count, oldest } = sql.starts.get(who) ?? { count: 0, oldest: at };
    if (count >= most)
      return { kind: "refused", bound: "starts", retryAfterMs: (oldest ?? at) + startsWindowMs - at };
  }
  const live = sql.live.get(userId, liveOf(userId), at - pendingStartMs)?.count ?? 0;
  if (bounds.live !== undefined && live >= bounds.live)
    return { kind: "refused", bound: "live", retryAfterMs: liveRetryMs };
  return undefined;
}

/** Under which names a start is counted. That of the live runs only until the run is there. */
const counters = ({ userId }: Start, { starts, live }: StartBounds): string[] => [
  ...starts.map(({ who }) => who),
  ...(live === undefined ? [] : [liveOf(userId)]),
];

const nameOf = ({ runId, conversationId, bodyHash }: Start): string =>
  `${runId} ${conversationId} ${bodyHash}`;

const liveOf = (userId: string): string => `live ${userId}`;

function prepareLimitStatements(db: DatabaseSync) {
  return {
    start: prepare<{ at: number }>(db, "select at from starts where who = ? and start = ? and at > ?"),
    run: prepare<{ found: 1 }>(db, "select 1 as found from runs where run_id = ?"),
    starts: prepare<{ count: number; oldest: number | null }>(
      db,
      "select count(*) as count, min(at) as oldest from starts where who = ?",
    ),
    live: prepare<{ count: number }>(
      db,
      `select (select count(*) from runs
           where owner_id = ? and status in ('queued', 'running', 'waiting', 'stopping'))
         + (select count(*) from starts where who = ? and at > ?
           and not exists (select 1 from runs where runs.run_id = starts.run_id)) as count`,
    ),
    addStart: prepare(db, "insert or ignore into starts (who, run_id, at, start) values (?, ?, ?, ?)"),
    withdraw: prepare(db, "delete from starts where who = ? and start = ? and at = ?"),
    forgetStarts: prepare(db, "delete from starts where at <= ?"),
    spent: prepare<{ tokens: number | null }>(db, "select sum(tokens) as tokens from spent where day = ?"),
    spend: prepare(db, "insert or ignore into spent (day, spender, tokens) values (?, ?, ?)"),
    forgetSpent: prepare(db, "delete from spent where day < ?"),
  };
}
