import { decodeListCursor, encodeListCursor } from "../list-cursor.ts";
import {
  type Conversation,
  type ConversationPage,
  type ConversationSnapshot,
  type ConversationStore,
  StorageError,
} from "../storage.ts";
import { listScript, readConversationScript, readConversationsScript } from "./conversation-scripts.ts";
import { decodeSnapshot } from "./read-runs.ts";
import { decodeConversation, decodeMessages } from "./records.ts";
import { listAt, type Reply, textAt, textsOf } from "./run-script.ts";
import type { KvRoom } from "./runs.ts";

/** How often the keys of an active run that has changed meanwhile are tried anew. */
const attempts = 5;

/** What an owner can ask about their conversations. */
export function createConversations({ script, keys }: KvRoom): ConversationStore {
  /** One atomic read; a live run's keys have to be known for it, so it takes a second one to get there. */
  async function get(id: string, ownerId: string): Promise<ConversationSnapshot | null> {
    const { itself, order, messages } = keys.conversation(id);
    let active = "";
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const run = keys.run(id, active);
      const at = [itself, order, messages, run.itself, run.log, run.fold];
      const reply = await script(readConversationScript, at, [ownerId, active]);
      if (reply.length === 0) return null;
      if (textAt(reply, 0) === "found") return decodeFound(id, reply);
      active = textAt(reply, 1);
    }
    throw new StorageError("unavailable", `conversation ${id} changes faster than Redis can be asked`);
  }

  async function list(
    ownerId: string,
    { cursor, limit }: { cursor?: string; limit: number },
  ): Promise<ConversationPage> {
    const after = cursor === undefined ? { updatedAt: "", id: "" } : decodeListCursor(cursor);
    if (!after) return { conversations: [] };
    const reply = await script(listScript, [keys.ownerIndex(ownerId)], [after.updatedAt, after.id, limit + 1]);
    const ids = textsOf(reply);
    if (ids.length === 0) return { conversations: [] };
    const conversations = await readAll(ids.slice(0, limit), ownerId);
    const last = conversations.at(-1);
    return ids.length > limit && last
      ? { conversations, nextCursor: encodeListCursor(last) }
      : { conversations };
  }

  async function readAll(ids: string[], ownerId: string): Promise<Conversation[]> {
    const reply = await script(
      readConversationsScript,
      ids.map((id) => keys.conversation(id).itself),
      [ownerId],
    );
    return reply.flatMap((flat) => (typeof flat === "string" ? [] : [decodeConversation(flat)]));
  }

  return { get, list };
}

function decodeFound(id: string, reply: Reply): ConversationSnapshot {
  const conversation = decodeConversation(listAt(reply, 1));
  const messages = decodeMessages(listAt(reply, 2), listAt(reply, 3), id);
  if (conversation.activeRunId === undefined) return { conversation, messages };
  return { conversation, messages, active: decodeSnapshot(reply.slice(4)) };
}
