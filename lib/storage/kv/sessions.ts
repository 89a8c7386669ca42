/**
 * Which user a session belongs to, and the join of two users (docs/protocol.md 3.9).
 *
 * Owns: the keys `sessions`, `sessions-of`, `transfers`, `transfers-of` and `moves`, and the change of user
 * in conversations, runs, their pointers and the users' lists.
 * Does not own: who is asking (`lib/sessions`), nor what codes and sessions look like: both are hashes here.
 *
 * J1  A code is used once: of many sessions, one script writes who used it. The same session again gets the
 *     same answer.
 * J2  That script moves all sessions, codes and earlier moves of the joining user, and records the move.
 *     Notes and conversations follow one by one, each of these with all its runs in one script; what a crash
 *     leaves behind, the sweep moves.
 * J3  For `moveGraceMs` after a join the sweep moves what requests under the former id have written since.
 * J4  A session that is logged out stays so: its field is empty, and no join changes it.
 * J5  Beyond `maxIdleSessions` fields those go that hold nothing: of sessions that are logged out and are no
 *     user of anything, and of those whose user owns nothing. A user has at most `maxSessionsOfUser` of them.
 */

import { randomInt } from "node:crypto";
import { withRecentLogouts } from "../core/recent-logouts.ts";
import { isUnreadable } from "../core/unreadable.ts";
import {
  type JoinResult,
  maxIdleSessions,
  maxSessionsOfUser,
  moveGraceMs,
  type SessionStore,
  transferMs,
} from "../session-store.ts";
import { decodeMove, encodeMove, encodeRunLocator, type UserMove } from "./codec/id-pairs.ts";
import { decodeSessionUser, decodeTransfer } from "./codec/session.ts";
import type { KvContext } from "./kv-context.ts";
import { listAt, textAt, textsOf } from "./reply.ts";
import { retryOnChange } from "./retry-on-change.ts";
import { readRunIdsScript } from "./scripts/conversation.ts";
import { endMoveScript, joinScript, listMovableScript, moveScript } from "./scripts/join.ts";
import { moveNotesScript } from "./scripts/notes.ts";
import {
  addTransferScript,
  countSessionsScript,
  forgetSessionScript,
  listExcessScript,
  logOutScript,
  readTransferScript,
  readUsersScript,
  trimSessionsScript,
} from "./scripts/sessions.ts";

export function createKvSessions({ script, keys }: KvContext): SessionStore {
  /** Where it stands whether a user has anything. */
  const recordsOf = (userId: string): string[] => [
    ...[keys.sessionsOf(userId), keys.listOf(userId), keys.transfers, keys.moves, keys.notesOf(userId)],
    keys.transfersOf(userId),
  ];

  async function readUsers(sessions: readonly string[]): Promise<(string | null)[]> {
    const texts = textsOf(await script(readUsersScript, [keys.sessions], sessions));
    return sessions.map((session, index) =>
      texts[index * 2] === "0" ? session : decodeSessionUser(texts[index * 2 + 1] ?? ""),
    );
  }

  async function user(session: string): Promise<string | null> {
    const [found = null] = await readUsers([session]);
    return found;
  }

  /** False: it has nothing, and then was not to be logged out. */
  function endSession(session: string, unlessEmpty: boolean): Promise<boolean> {
    let userId = session;
    return retryOnChange("the session", async () => {
      const reply = await script(
        logOutScript,
        [keys.sessions, ...recordsOf(userId)],
        [session, userId, unlessEmpty ? "1" : ""],
      );
      if (textAt(reply, 0) !== "moved") return textAt(reply, 0) === "ended";
      userId = textAt(reply, 1);
      return undefined;
    });
  }

  const transfer: SessionStore["transfer"] = async (code) =>
    decodeTransfer(await script(readTransferScript, [keys.transfers], [code]));

  const join = (code: string, session: string): Promise<JoinResult> =>
    retryOnChange("the session", async () => {
      const [from, found] = [await user(session), await transfer(code)];
      if (from === null || !found) return "gone";
      const to = found.userId;
      const reply = await script(
        joinScript,
        [
          ...[keys.sessions, keys.transfers, keys.moves, keys.sessionsOf(from), keys.sessionsOf(to)],
          ...[keys.transfersOf(from), keys.transfersOf(to)],
        ],
        [code, session, from, to, encodeMove({ from, to }), maxSessionsOfUser, transferMs],
      );
      const kind = textAt(reply, 0);
      if (kind === "joined" && from !== to) await moveRecords({ from, to });
      return isJoinResult(kind) ? kind : undefined;
    });

  async function moveRecords(move: UserMove): Promise<void> {
    await script(moveNotesScript, [keys.notesOf(move.from), keys.notesOf(move.to)], []);
    const reply = await script(listMovableScript, [keys.listOf(move.from), keys.deleted], []);
    const ids = [...textsOf(listAt(reply, 0)), ...textsOf(listAt(reply, 1))];
    for (const id of ids) {
      // One that cannot be read stays where it is: it must not keep the others from moving.
      await moveConversation(id, move).catch((error: unknown) => {
        if (!isUnreadable(error)) throw error;
      });
    }
  }

  async function moveConversation(id: string, { from, to }: UserMove): Promise<void> {
    const { record, runs } = keys.conversation(id);
    await retryOnChange("the session", async () => {
      const known = await script(readRunIdsScript, [record, runs], []);
      const runIds = textAt(known, 0) === from ? textsOf(listAt(known, 1)) : [];
      const keysOfRuns = runIds.flatMap((runId) => [keys.run(id, runId).record, keys.pointer(runId)]);
      const locator = encodeRunLocator({ conversationId: id, userId: to });
      const reply = await script(
        moveScript,
        [record, runs, keys.listOf(from), keys.listOf(to), ...keysOfRuns],
        [id, from, to, ...runIds.map(() => locator)],
      );
      return textAt(reply, 0) === "done" || undefined;
    });
  }

  function addTransfer(code: string, session: string): Promise<number | null> {
    let userId = session;
    return retryOnChange("the session", async () => {
      const reply = await script(
        addTransferScript,
        [keys.transfers, keys.sessions, keys.transfersOf(userId)],
        [code, session, userId, transferMs],
      );
      const kind = textAt(reply, 0);
      if (kind !== "moved") return kind === "made" ? Number(textAt(reply, 1)) : null;
      userId = textAt(reply, 1);
      return undefined;
    });
  }

  async function trim(): Promise<void> {
    const moves = textsOf(await script(trimSessionsScript, [keys.transfers, keys.moves], [anywhere()]));
    for (const move of moves) {
      await moveRecords(decodeMove(move));
      await script(endMoveScript, [keys.moves], [moveGraceMs, move]);
    }
    await forgetIdle();
  }

  /** J5. A few at a time: no other command runs while a script does. */
  async function forgetIdle(): Promise<void> {
    const listed = textsOf(await script(listExcessScript, [keys.sessions], [maxIdleSessions, anywhere()]));
    for (let at = 0; at < listed.length; at += 2) {
      const [field = "", session = ""] = listed.slice(at, at + 2);
      const userId = decodeSessionUser(field) ?? session;
      await script(forgetSessionScript, [keys.sessions, ...recordsOf(userId)], [session, userId]);
    }
  }

  return withRecentLogouts({
    user,
    loggedOut: async (sessions) => {
      const users = await readUsers(sessions);
      return sessions.filter((_, index) => users[index] === null);
    },
    count: async (userId) => {
      const reply = await script(countSessionsScript, [keys.sessions, keys.sessionsOf(userId)], [userId]);
      return Number(textAt(reply, 0));
    },
    logOut: async (session) => void (await endSession(session, false)),
    logOutUnlessEmpty: (session) => endSession(session, true),
    addTransfer,
    transfer,
    join,
    trim,
  });
}

/** A cursor of Redis: any of them leads somewhere. */
const anywhere = (): number => randomInt(2 ** 31);

const isJoinResult = (kind: string): kind is JoinResult =>
  kind === "joined" || kind === "here" || kind === "gone" || kind === "full";
