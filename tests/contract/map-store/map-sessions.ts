import { freeNoteName } from "#lib/storage/core/free-note-name.ts";
import { withRecentLogouts } from "#lib/storage/core/recent-logouts.ts";
import type { Note } from "#lib/storage/note-store.ts";
import {
  type JoinResult,
  maxIdleSessions,
  maxSessionsOfUser,
  moveGraceMs,
  type SessionStore,
  type Transfer,
  transferMs,
} from "#lib/storage/session-store.ts";
import type { MapRecords } from "./map-records.ts";

export function createMapSessions({ conversations, runs, notes, now }: MapRecords): SessionStore {
  /** Null: logged out. */
  const users = new Map<string, string | null>();
  const transfers = new Map<string, Transfer>();
  /** Users who joined another, since when. */
  const moves = new Map<string, { to: string; at: number }>();

  const userOf = (session: string): string | null => {
    const user = users.get(session);
    return user === undefined ? session : user;
  };

  function transferOf(code: string): Transfer | null {
    const transfer = transfers.get(code);
    return transfer && transfer.expiresAt > now() ? transfer : null;
  }

  function join(code: string, session: string): JoinResult {
    const transfer = transferOf(code);
    const from = userOf(session);
    if (!transfer || from === null) return "gone";
    const { userId: to, usedBy } = transfer;
    if (usedBy !== undefined) return usedBy === session ? "joined" : "gone";
    if (from === to) return "here";
    if (countOf(from) + countOf(to) > maxSessionsOfUser) return "full";
    transfers.set(code, { ...transfer, usedBy: session });
    if (!users.has(from)) users.set(from, to);
    for (const [each, user] of users) if (user === from) users.set(each, to);
    for (const [each, its] of transfers) if (its.userId === from) transfers.set(each, { ...its, userId: to });
    for (const [each, move] of moves) if (move.to === from) moves.set(each, { ...move, to });
    moves.set(from, { to, at: now() });
    moveAll(from, to);
    return "joined";
  }

  function moveAll(from: string, to: string): void {
    for (const conversation of conversations.values())
      if (conversation.fields.userId === from) conversation.fields = { ...conversation.fields, userId: to };
    for (const run of runs.values()) if (run.meta.userId === from) run.meta = { ...run.meta, userId: to };
    const [its, others] = [notes.get(from), notes.get(to) ?? new Map<string, Note>()];
    for (const note of its?.values() ?? []) {
      const name = freeNoteName(note, (candidate) => others.get(candidate)?.text);
      if (name !== undefined) others.set(name, { ...note, name });
    }
    notes.set(to, others);
    notes.delete(from);
  }

  const countOf = (userId: string): number =>
    [...users.values()].filter((user) => user === userId).length + (users.has(userId) ? 0 : 1);

  const isShared = (userId: string): boolean => [...users.values()].includes(userId);

  const ownsRecords = (userId: string): boolean =>
    [...conversations.values()].some(({ fields }) => fields.userId === userId) ||
    (notes.get(userId)?.size ?? 0) > 0 ||
    [...transfers.values()].some((transfer) => transfer.userId === userId) ||
    [...moves.values()].some(({ to }) => to === userId);

  const isIdle = ([session, user]: [string, string | null]): boolean =>
    !ownsRecords(user ?? session) && (user !== null || !isShared(session));

  return withRecentLogouts({
    user: async (session) => userOf(session),
    loggedOut: async (sessions) => sessions.filter((session) => userOf(session) === null),
    count: async (userId) => countOf(userId),
    async logOut(session) {
      users.set(session, null);
    },
    async logOutUnlessEmpty(session) {
      if (userOf(session) === session && !isShared(session) && !ownsRecords(session)) return false;
      users.set(session, null);
      return true;
    },
    async addTransfer(code, session) {
      const userId = userOf(session);
      if (userId === null) return null;
      for (const [each, transfer] of transfers) if (transfer.userId === userId) transfers.delete(each);
      const expiresAt = now() + transferMs;
      transfers.set(code, { userId, expiresAt });
      return expiresAt;
    },
    transfer: async (code) => transferOf(code),
    join: async (code, session) => join(code, session),
    async trim() {
      for (const [code, { expiresAt }] of transfers) if (expiresAt <= now()) transfers.delete(code);
      for (const [from, { to, at }] of moves) {
        moveAll(from, to);
        if (at <= now() - moveGraceMs) moves.delete(from);
      }
      const excess = Math.max(0, users.size - maxIdleSessions);
      for (const [session] of [...users].filter(isIdle).slice(0, excess)) users.delete(session);
    },
  });
}
