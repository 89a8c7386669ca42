/**
 * Which user a session belongs to, and the join of two users (docs/protocol.md 3.9).
 *
 * Owns: the tables `sessions`, `transfers` and `moves`, and the change of `owner_id` in conversations and
 * runs.
 * Does not own: who is asking (`lib/sessions`), nor what codes and sessions look like: both are hashes here.
 *
 * J1  A code is used once: the first session that is written to `used_by` has it. The same session again gets
 *     the same answer.
 * J2  A join moves all sessions, codes and earlier moves of the joining user, its notes, and all its
 *     conversations with their runs, in one transaction.
 * J3  For `moveGraceMs` after a join the sweep moves what requests under the former id have written since.
 * J4  A session that is logged out stays so: its row has no user, and no join changes it.
 * J5  Beyond `maxIdleSessions` rows those go that hold nothing: of sessions that are logged out and are no
 *     user of anything, and of those whose user owns nothing. A user has at most `maxSessionsOfUser`.
 */

import type { DatabaseSync } from "node:sqlite";
import { withRecentLogouts } from "../core/recent-logouts.ts";
import {
  type JoinResult,
  maxIdleSessions,
  maxSessionsOfUser,
  moveGraceMs,
  type SessionStore,
  type Transfer,
  transferMs,
} from "../session-store.ts";
import { createNoteMove } from "./notes.ts";
import { prepare } from "./prepare.ts";
import type { Transactions } from "./transactions.ts";

type SessionStatements = ReturnType<typeof prepareSessionStatements> & {
  moveNotes: ReturnType<typeof createNoteMove>;
};

export function createSqliteSessions(
  db: DatabaseSync,
  { read, readOne, write }: Transactions,
  now: () => number,
): SessionStore {
  const sql = { ...prepareSessionStatements(db), moveNotes: createNoteMove(db) };
  let lookedAt = "";
  return withRecentLogouts({
    user: (session) => readOne(() => userOf(sql, session)),
    loggedOut: (sessions) => read(() => sessions.filter((session) => userOf(sql, session) === null)),
    count: (userId) => read(() => countSessions(sql, userId)),
    logOut: (session) => write(() => sql.saveSession.run(session, null)),
    logOutUnlessEmpty: (session) => write(() => logOutUnlessEmpty(sql, session)),
    addTransfer: (code, session) => write(() => addTransfer(sql, code, session, now())),
    transfer: (code) => readOne(() => findTransfer(sql, code, now())),
    join: (code, session) => write(() => joinUser(sql, code, session, now())),
    trim: async () => {
      const at = now();
      // Most sweeps find nothing: they do not take the write lock.
      if (await readOne(() => sql.due.get(at, maxIdleSessions) !== undefined))
        lookedAt = await write(() => trimSessions(sql, at, lookedAt));
    },
  });
}

function userOf(sql: SessionStatements, session: string): string | null {
  const row = sql.session.get(session);
  return row === undefined ? session : row.owner_id;
}

/** The session whose hash is the user's id has a row only once it joined another user or was logged out. */
function countSessions(sql: SessionStatements, userId: string): number {
  const rows = sql.countSessions.get(userId)?.count ?? 0;
  return rows + (sql.session.get(userId) === undefined ? 1 : 0);
}

/** One that is logged out already stays so. */
function logOutUnlessEmpty(sql: SessionStatements, session: string): boolean {
  const userId = userOf(sql, session);
  if (userId === session && sql.owned.get(...Array<string>(5).fill(userId)) === undefined) return false;
  sql.saveSession.run(session, null);
  return true;
}

function addTransfer(sql: SessionStatements, code: string, session: string, at: number): number | null {
  const userId = userOf(sql, session);
  if (userId === null) return null;
  const expiresAt = at + transferMs;
  sql.dropTransfers.run(userId);
  sql.addTransfer.run(code, userId, expiresAt);
  return expiresAt;
}

function findTransfer(sql: SessionStatements, code: string, at: number): Transfer | null {
  const row = sql.transfer.get(code);
  if (!row || row.expires_at <= at) return null;
  const { owner_id: userId, expires_at: expiresAt, used_by } = row;
  return { userId, expiresAt, ...(used_by !== null && { usedBy: used_by }) };
}

function joinUser(sql: SessionStatements, code: string, session: string, at: number): JoinResult {
  const transfer = findTransfer(sql, code, at);
  const from = userOf(sql, session);
  if (!transfer || from === null) return "gone";
  const { userId: to, usedBy } = transfer;
  if (usedBy !== undefined) return usedBy === session ? "joined" : "gone";
  if (from === to) return "here";
  if (countSessions(sql, from) + countSessions(sql, to) > maxSessionsOfUser) return "full"; // J5
  sql.useTransfer.run(session, code); // J1
  if (sql.session.get(from) === undefined) sql.saveSession.run(from, to);
  sql.moveSessions.run(to, from);
  sql.moveTransfers.run(to, from);
  sql.redirectMoves.run(to, from);
  sql.saveMove.run(from, to, at);
  moveRecords(sql, from, to);
  return "joined";
}

function moveRecords(sql: SessionStatements, from: string, to: string): void {
  sql.moveRuns.run(to, from);
  sql.moveConversations.run(to, from);
  sql.moveNotes(from, to);
}

/** Returns as `forgetIdle` does. */
function trimSessions(sql: SessionStatements, at: number, after: string): string {
  sql.expireTransfers.run(at);
  // J3
  for (const { from_owner, to_owner } of sql.moves.all()) moveRecords(sql, from_owner, to_owner);
  sql.endMoves.run(at - moveGraceMs);
  return forgetIdle(sql, after);
}

/** Rows that one sweep looks at. */
const maxLooks = 500;

/** J5. A few at a time, because others wait for this write. Returns behind which session to go on. */
function forgetIdle(sql: SessionStatements, after: string): string {
  let excess = (sql.rows.get()?.count ?? 0) - maxIdleSessions;
  if (excess <= 0) return after;
  const rows = sql.rowsAfter.all(after, maxLooks);
  // Who has a link, or has just joined.
  const passing = new Set(sql.passing.all().map(({ user }) => user));
  for (const { session, owner_id: userId } of rows) {
    if (excess <= 0) return session;
    const user = userId ?? session;
    if (passing.has(user) || sql.ownsRecords.get(user, user)) continue;
    if (userId === null && sql.shared.get(session)) continue;
    sql.forgetSession.run(session);
    excess -= 1;
  }
  return rows.length < maxLooks ? "" : (rows.at(-1)?.session ?? "");
}

function prepareSessionStatements(db: DatabaseSync) {
  return {
    ...prepareIdleStatements(db),
    session: prepare<{ owner_id: string | null }>(db, "select owner_id from sessions where session = ?"),
    saveSession: prepare(
      db,
      "insert into sessions (session, owner_id) values (?, ?) on conflict do update set owner_id = excluded.owner_id",
    ),
    countSessions: prepare<{ count: number }>(
      db,
      "select count(*) as count from sessions where owner_id = ?",
    ),
    moveSessions: prepare(db, "update sessions set owner_id = ? where owner_id = ?"),
    transfer: prepare<{ owner_id: string; expires_at: number; used_by: string | null }>(
      db,
      "select owner_id, expires_at, used_by from transfers where code = ?",
    ),
    addTransfer: prepare(db, "insert into transfers (code, owner_id, expires_at) values (?, ?, ?)"),
    useTransfer: prepare(db, "update transfers set used_by = ? where code = ?"),
    moveTransfers: prepare(db, "update transfers set owner_id = ? where owner_id = ?"),
    dropTransfers: prepare(db, "delete from transfers where owner_id = ?"),
    expireTransfers: prepare(db, "delete from transfers where expires_at <= ?"),
    saveMove: prepare(
      db,
      `insert into moves (from_owner, to_owner, moved_at) values (?, ?, ?)
         on conflict do update set to_owner = excluded.to_owner, moved_at = excluded.moved_at`,
    ),
    redirectMoves: prepare(db, "update moves set to_owner = ? where to_owner = ?"),
    moves: prepare<{ from_owner: string; to_owner: string }>(
      db,
      "select from_owner, to_owner from moves order by moved_at",
    ),
    endMoves: prepare(db, "delete from moves where moved_at <= ?"),
    moveRuns: prepare(
      db,
      "update runs set owner_id = ? where conversation_id in (select id from conversations where owner_id = ?)",
    ),
    moveConversations: prepare(db, "update conversations set owner_id = ? where owner_id = ?"),
    due: prepare<{ found: 1 }>(
      db,
      `select 1 as found where exists (select 1 from moves)
         or exists (select 1 from transfers where expires_at <= ?)
         or (select count(*) from sessions) > ?`,
    ),
  };
}

function prepareIdleStatements(db: DatabaseSync) {
  return {
    rows: prepare<{ count: number }>(db, "select count(*) as count from sessions"),
    rowsAfter: prepare<{ session: string; owner_id: string | null }>(
      db,
      "select session, owner_id from sessions where session > ? order by session limit ?",
    ),
    shared: prepare<{ found: 1 }>(db, "select 1 as found from sessions where owner_id = ? limit 1"),
    ownsRecords: prepare<{ found: 1 }>(
      db,
      `select 1 as found where exists (select 1 from conversations where owner_id = ?)
         or exists (select 1 from notes where owner_id = ?)`,
    ),
    passing: prepare<{ user: string }>(
      db,
      `select owner_id as user from transfers union select from_owner from moves
         union select to_owner from moves`,
    ),
    forgetSession: prepare(db, "delete from sessions where session = ?"),
    owned: prepare<{ found: 1 }>(
      db,
      `select 1 as found where exists (select 1 from conversations where owner_id = ?)
         or exists (select 1 from sessions where owner_id = ?)
         or exists (select 1 from transfers where owner_id = ?)
         or exists (select 1 from moves where to_owner = ?)
         or exists (select 1 from notes where owner_id = ?)`,
    ),
  };
}
