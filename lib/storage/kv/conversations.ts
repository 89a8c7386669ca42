import { undoMs } from "../../protocol/limits.ts";
import type {
  Conversation,
  ConversationPage,
  ConversationSnapshot,
  ConversationStore,
} from "../conversation-store.ts";
import { decodeListCursor, encodeListCursor } from "../core/list-cursor.ts";
import { StorageError } from "../storage-error.ts";
import {
  listScript,
  readConversationScript,
  readConversationsScript,
  removeScript,
  renameScript,
  restoreScript,
} from "./conversation-scripts.ts";
import type { KvContext } from "./kv-context.ts";
import { decodeSnapshot } from "./read-runs.ts";
import { decodeConversation, decodeMessages, encodeStop, encodeTitle } from "./records.ts";
import { listAt, type Reply, textAt, textsOf } from "./run-script.ts";

/** How often the keys of an active run that has changed meanwhile are tried anew. */
const attempts = 5;

/** What an owner can ask about their conversations. */
export function createKvConversations({ script, keys }: KvContext): ConversationStore {
  async function get(id: string, userId: string): Promise<ConversationSnapshot | null> {
    const { itself, order, messages } = keys.conversation(id);
    const reply = await withActive(id, (active) => {
      const run = keys.run(id, active);
      const at = [itself, order, messages, run.itself, run.log, run.fold];
      return script(readConversationScript, at, [userId, active]);
    });
    return reply.length === 0 ? null : decodeFound(id, reply);
  }

  async function list(
    userId: string,
    { cursor, limit }: { cursor?: string; limit: number },
  ): Promise<ConversationPage> {
    const after = cursor === undefined ? { updatedAt: "", id: "" } : decodeListCursor(cursor);
    if (!after) return { conversations: [] };
    const reply = await script(listScript, [keys.ownerIndex(userId)], [after.updatedAt, after.id, limit + 1]);
    const ids = textsOf(reply);
    if (ids.length === 0) return { conversations: [] };
    const conversations = await readAll(ids.slice(0, limit), userId);
    const last = conversations.at(-1);
    return ids.length > limit && last
      ? { conversations, nextCursor: encodeListCursor(last) }
      : { conversations };
  }

  async function readAll(ids: string[], userId: string): Promise<Conversation[]> {
    const reply = await script(
      readConversationsScript,
      ids.map((id) => keys.conversation(id).itself),
      [userId],
    );
    return reply.flatMap((flat) => (typeof flat === "string" ? [] : [decodeConversation(flat)]));
  }

  async function rename(id: string, userId: string, title: string): Promise<Conversation | null> {
    const reply = await script(renameScript, [keys.conversation(id).itself], [userId, encodeTitle(title)]);
    return reply.length === 0 ? null : decodeConversation(reply);
  }

  async function remove(id: string, userId: string): Promise<boolean> {
    const index = keys.ownerIndex(userId);
    const stop = encodeStop("user", "deleted");
    const answer = await withActive(id, (active) => {
      const at = [keys.conversation(id).itself, index, keys.deleted, keys.live, keys.run(id, active).itself];
      const more = [id, stop, keys.member(id, active), keys.channel(active)];
      return script(removeScript, at, [userId, active, ...more]);
    });
    return answer.length > 0;
  }

  async function restore(id: string, userId: string): Promise<boolean> {
    const at = [keys.conversation(id).itself, keys.ownerIndex(userId), keys.deleted];
    return (await script(restoreScript, at, [userId, id, undoMs])).length > 0;
  }

  return { get, list, rename, remove, restore };
}

/**
 * A step that needs the keys of the active run: it is asked once to learn which that is, and again with its
 * keys.
 */
async function withActive(id: string, ask: (activeRunId: string) => Promise<Reply>): Promise<Reply> {
  let active = "";
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const reply = await ask(active);
    if (textAt(reply, 0) !== "active") return reply;
    active = textAt(reply, 1);
  }
  throw new StorageError("unavailable", `conversation ${id} changes faster than Redis can be asked`);
}

function decodeFound(id: string, reply: Reply): ConversationSnapshot {
  const conversation = decodeConversation(listAt(reply, 1));
  const messages = decodeMessages(listAt(reply, 2), listAt(reply, 3), id);
  if (conversation.activeRunId === undefined) return { conversation, messages };
  return { conversation, messages, active: decodeSnapshot(reply.slice(4)) };
}
