import { isUnreadable } from "../core/unreadable.ts";
import { type JoinResult, moveGraceMs, type SessionStore, transferMs } from "../session-store.ts";
import { StorageError } from "../storage-error.ts";
import { runsOfScript } from "./conversation-scripts.ts";
import type { KvContext } from "./kv-context.ts";
import { listAt, textAt, textsOf } from "./run-script.ts";
import {
  addTransferScript,
  countScript,
  endMoveScript,
  joinScript,
  logOutScript,
  movableScript,
  moveScript,
  ownersScript,
  transferScript,
  trimSessionsScript,
} from "./session-scripts.ts";

/** How often a step whose owners or runs have changed meanwhile is tried anew. */
const attempts = 5;

/** Whose a session is (docs/protocol.md 3.9): one script a step; of a join, one a conversation follows. */
export function createKvSessions({ script, keys }: KvContext): SessionStore {
  async function users(sessions: readonly string[]): Promise<(string | null)[]> {
    const texts = textsOf(await script(ownersScript, [keys.sessions], sessions));
    return sessions.map((session, at) => (texts[at * 2] === "0" ? session : texts[at * 2 + 1] || null));
  }

  async function userOf(session: string): Promise<string | null> {
    const [found = null] = await users([session]);
    return found;
  }

  async function logOut(session: string): Promise<void> {
    let userId = session;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const at = [keys.sessions, keys.ownerSessions(userId)];
      const reply = await script(logOutScript, at, [session, userId]);
      if (textAt(reply, 0) === "ended") return;
      userId = textAt(reply, 1);
    }
    throw tooFast();
  }

  async function transfer(code: string): ReturnType<SessionStore["transfer"]> {
    const [userId, expiresAt, usedBy] = textsOf(await script(transferScript, [keys.transfers], [code]));
    if (userId === undefined) return null;
    return {
      userId,
      expiresAt: Number(expiresAt),
      ...(usedBy !== undefined && usedBy !== "-" && { usedBy }),
    };
  }

  async function join(code: string, session: string): Promise<JoinResult> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const [from, found] = [await userOf(session), await transfer(code)];
      if (from === null || !found) return "gone";
      const to = found.userId;
      const of = [keys.ownerSessions(from), keys.ownerSessions(to)];
      const reply = await script(
        joinScript,
        [keys.sessions, keys.transfers, keys.moves, ...of],
        [code, session, from, to, keys.move(from, to)],
      );
      const kind = textAt(reply, 0);
      if (kind === "joined" && from !== to) await moveAll(from, to);
      if (kind === "joined" || kind === "here" || kind === "gone") return kind;
    }
    throw tooFast();
  }

  async function moveAll(from: string, to: string): Promise<void> {
    const reply = await script(movableScript, [keys.ownerIndex(from), keys.deleted], []);
    for (const id of [...textsOf(listAt(reply, 0)), ...textsOf(listAt(reply, 1))])
      await moveOne(id, from, to);
  }

  async function moveOne(id: string, from: string, to: string): Promise<void> {
    const { itself, runs } = keys.conversation(id);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const known = await script(runsOfScript, [itself, runs], []).catch(unlessUnreadable);
      // Nobody can read it; it stays where it is, and in nobody's way.
      if (known === undefined) return;
      const runIds = textAt(known, 0) === from ? textsOf(listAt(known, 1)) : [];
      const ofRuns = runIds.flatMap((runId) => [keys.run(id, runId).itself, keys.pointer(runId)]);
      const reply = await script(
        moveScript,
        [itself, runs, keys.ownerIndex(from), keys.ownerIndex(to), ...ofRuns],
        [id, from, to, ...runIds.map(() => keys.place(id, to))],
      );
      if (textAt(reply, 0) === "done") return;
    }
    throw tooFast();
  }

  async function trim(): Promise<void> {
    const moves = textsOf(await script(trimSessionsScript, [keys.transfers, keys.moves], []));
    for (const move of moves) {
      const { from, to } = keys.readMove(move);
      await moveAll(from, to);
      await script(endMoveScript, [keys.moves], [moveGraceMs, move]);
    }
  }

  return {
    user: userOf,
    loggedOut: async (sessions) => {
      const all = await users(sessions);
      return sessions.filter((_, at) => all[at] === null);
    },
    count: async (userId) =>
      Number(textAt(await script(countScript, [keys.sessions, keys.ownerSessions(userId)], [userId]), 0)),
    logOut,
    addTransfer: async (code, session) => {
      const at = [keys.transfers, keys.sessions];
      const expiresAt = textAt(await script(addTransferScript, at, [code, session, transferMs]), 0);
      return expiresAt === "" ? null : Number(expiresAt);
    },
    transfer,
    join,
    trim,
  };
}

function unlessUnreadable(error: unknown): undefined {
  if (!isUnreadable(error)) throw error;
}

const tooFast = () => new StorageError("unavailable", "the session changes faster than Redis can be asked");
