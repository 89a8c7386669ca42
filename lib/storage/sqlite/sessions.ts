import type { DatabaseSync } from "node:sqlite";
import { type JoinResult, type SessionStore, type Transfer, transferMs } from "../session-store.ts";
import { prepare } from "./statements.ts";
import type { Transactions } from "./transactions.ts";

/** A request that began under the former owner may last this long, ms: what it writes is moved too. */
const graceMs = 60_000;

type SessionStatements = ReturnType<typeof prepareSessionStatements>;

/** Whose a session is (docs/protocol.md 3.9). */
export function createSqliteSessions(
  db: DatabaseSync,
  { read, write }: Transactions,
  now: () => number,
): SessionStore {
  const sql = prepareSessionStatements(db);
  return {
    user: (session) => read(() => userOf(sql, session)),
    loggedOut: (sessions) => read(() => sessions.filter((session) => userOf(sql, session) === null)),
    count: (userId) => read(() => countOf(sql, userId)),
    logOut: (session) => write(() => sql.saveSession.run(session, null)),
    addTransfer: (code, session) =>
      write(() => {
        const userId = userOf(sql, session);
        if (userId === null) return null;
        const expiresAt = now() + transferMs;
        sql.dropTransfers.run(userId);
        sql.addTransfer.run(code, userId, expiresAt);
        return expiresAt;
      }),
    transfer: (code) => read(() => transferOf(sql, code, now())),
    join: (code, session) => write(() => join(sql, code, session, now())),
    trim: async () => {
      const at = now();
      // Most sweeps find nothing: they do not take the write lock.
      if (await read(() => sql.due.get(at) !== undefined)) await write(() => trim(sql, at));
    },
  };
}

function userOf(sql: SessionStatements, session: string): string | null {
  const row = sql.session.get(session);
  return row === undefined ? session : row.owner_id;
}

/**
 * The session that the owner's id is the hash of has no row of its own until it joins another or is logged
 * out.
 */
function countOf(sql: SessionStatements, userId: string): number {
  const rows = sql.countSessions.get(userId)?.count ?? 0;
  return rows + (sql.session.get(userId) === undefined ? 1 : 0);
}

function transferOf(sql: SessionStatements, code: string, at: number): Transfer | null {
  const row = sql.transfer.get(code);
  if (!row || row.expires_at <= at) return null;
  const { owner_id: userId, expires_at: expiresAt, used_by } = row;
  return { userId, expiresAt, ...(used_by !== null && { usedBy: used_by }) };
}

function join(sql: SessionStatements, code: string, session: string, at: number): JoinResult {
  const transfer = transferOf(sql, code, at);
  const from = userOf(sql, session);
  if (!transfer || from === null) return "gone";
  const { userId: to, usedBy } = transfer;
  if (usedBy !== undefined) return usedBy === session ? "joined" : "gone";
  if (from === to) return "here";
  sql.useTransfer.run(session, code);
  if (sql.session.get(from) === undefined) sql.saveSession.run(from, to);
  sql.moveSessions.run(to, from);
  sql.moveTransfers.run(to, from);
  sql.redirectMoves.run(to, from);
  sql.saveMove.run(from, to, at);
  moveConversations(sql, from, to);
  return "joined";
}

function moveConversations(sql: SessionStatements, from: string, to: string): void {
  sql.moveRuns.run(to, from);
  sql.moveConversations.run(to, from);
}

function trim(sql: SessionStatements, at: number): void {
  sql.expireTransfers.run(at);
  for (const { from_owner, to_owner } of sql.moves.all()) moveConversations(sql, from_owner, to_owner);
  sql.endMoves.run(at - graceMs);
}

function prepareSessionStatements(db: DatabaseSync) {
  return {
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
         or exists (select 1 from transfers where expires_at <= ?)`,
    ),
  };
}
