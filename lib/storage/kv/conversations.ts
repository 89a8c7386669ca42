import { chooseMessage } from "../../protocol/choices.ts";
import { undoMs } from "../../protocol/limits.ts";
import type {
  Conversation,
  ConversationSnapshot,
  ConversationStore,
  ListPage,
  NewestRun,
} from "../conversation-store.ts";
import { decodeListCursor, encodeListCursor } from "../core/list-cursor.ts";
import { decodeChoices, encodeChoices } from "../core/stored-choices.ts";
import { decodeConversation, decodeQueueOf, encodeTitle, storedChoicesIn } from "./codec/conversation.ts";
import { encodeWorkItem } from "./codec/id-pairs.ts";
import { decodeMessages } from "./codec/message.ts";
import { encodeStop } from "./codec/run.ts";
import { copyConversation } from "./copy-conversation.ts";
import type { KvContext } from "./kv-context.ts";
import { dateDeletion } from "./purge-conversations.ts";
import { createKvQueues } from "./queues.ts";
import { decodeSnapshot } from "./read-runs.ts";
import { listAt, type Reply, textAt, textsOf } from "./reply.ts";
import { retryOnChange } from "./retry-on-change.ts";
import {
  chooseScript,
  listScript,
  newestRunScript,
  readConversationScript,
  readConversationsScript,
  removeScript,
  renameScript,
  restoreScript,
} from "./scripts/conversation.ts";
import { readDeletionScript } from "./scripts/purge.ts";

/** What users can do with their conversations (docs/protocol.md 3.5, 3.6, 5.7): one script each. */
export function createKvConversations({ script, keys, undoClock }: KvContext): ConversationStore {
  const { dueQueues: _, ...queues } = createKvQueues({ script, keys });

  async function get(id: string, userId: string): Promise<ConversationSnapshot | null> {
    const reply = await readSnapshot(id, userId);
    return reply.length === 0 ? null : decodeConversationSnapshot(id, reply);
  }

  function readSnapshot(id: string, userId: string): Promise<Reply> {
    const { record, order, messages } = keys.conversation(id);
    return withActiveRun(id, (activeRunId) => {
      const run = keys.run(id, activeRunId);
      return script(
        readConversationScript,
        [record, order, messages, run.record, run.log, run.fold],
        [userId, activeRunId],
      );
    });
  }

  async function list(
    userId: string,
    { cursor, limit }: { cursor?: string; limit: number },
  ): Promise<ListPage> {
    const after = cursor === undefined ? { updatedAt: "", id: "" } : decodeListCursor(cursor);
    if (!after) return { conversations: [] };
    const reply = await script(listScript, [keys.listOf(userId)], [after.updatedAt, after.id, limit + 1]);
    const ids = textsOf(reply);
    if (ids.length === 0) return { conversations: [] };
    const conversations = await readAll(ids.slice(0, limit), userId);
    const last = conversations.at(-1);
    return ids.length > limit && last
      ? { conversations, nextCursor: encodeListCursor(last) }
      : { conversations };
  }

  async function newestRun(userId: string, agent: string, limit: number): Promise<NewestRun | null> {
    const { conversations } = await list(userId, { limit });
    if (conversations.length === 0) return null;
    const sets = conversations.map(({ id }) => keys.conversation(id).runs);
    const reply = await script(newestRunScript, sets, [agent]);
    const found = conversations[Number(textAt(reply, 0)) - 1];
    return found ? { conversationId: found.id, runId: textAt(reply, 1) } : null;
  }

  async function readAll(ids: readonly string[], userId: string): Promise<Conversation[]> {
    const records = ids.map((id) => keys.conversation(id).record);
    const reply = await script(readConversationsScript, records, [userId]);
    return reply.flatMap((flat) => (typeof flat === "string" ? [] : [decodeConversation(flat)]));
  }

  async function rename(id: string, userId: string, title: string): Promise<Conversation | null> {
    const reply = await script(renameScript, [keys.conversation(id).record], [userId, encodeTitle(title)]);
    return reply.length === 0 ? null : decodeConversation(reply);
  }

  function choose(id: string, userId: string, messageId: string): Promise<Conversation | null> {
    return retryOnChange(`conversation ${id}`, async () => {
      const read = await readSnapshot(id, userId);
      if (read.length === 0) return null;
      const { conversation, messages, choices, active } = decodeConversationSnapshot(id, read);
      const chosen = chooseMessage(choices, messages, messageId, active?.run);
      if (!chosen) return null;
      const { record, order } = keys.conversation(id);
      const reply = await script(
        chooseScript,
        [record, order],
        [
          ...[userId, storedChoicesIn(listAt(read, 1)), messages.at(-1)?.id ?? ""],
          ...[conversation.activeRunId ?? "", encodeChoices(chosen) ?? ""],
        ],
      );
      if (reply.length === 0) return null;
      return textAt(reply, 0) === "changed" ? undefined : decodeConversation(reply);
    });
  }

  async function remove(id: string, userId: string): Promise<boolean> {
    const { record } = keys.conversation(id);
    const reply = await withActiveRun(id, (activeRunId) =>
      script(
        removeScript,
        [record, keys.listOf(userId), keys.deleted, keys.liveRuns, keys.run(id, activeRunId).record],
        [
          ...[userId, activeRunId, id, encodeStop("user", "deleted")],
          ...[encodeWorkItem(id, activeRunId), keys.channel(activeRunId)],
        ],
      ),
    );
    const deletedAt = Number(textAt(reply, 1));
    if (deletedAt > 0) undoClock.saw({ id, deletedAt });
    return reply.length > 0;
  }

  async function restore(id: string, userId: string): Promise<boolean> {
    const { record } = keys.conversation(id);
    const found = await script(readDeletionScript, [record], [userId]);
    const [wall, deletedAt] = [Number(textAt(found, 0)), Number(textAt(found, 1))];
    const right = undoClock.dateOf({ id, deletedAt }, wall);
    if (found.length > 0 && right !== deletedAt)
      await dateDeletion({ script, keys }, { id, deletedAt }, right);
    const reply = await script(
      restoreScript,
      [record, keys.listOf(userId), keys.deleted],
      [userId, id, undoMs],
    );
    return reply.length > 0;
  }

  return {
    ...{ get, list, newestRun, rename, choose, remove, restore },
    ...queues,
    add: (conversation) => copyConversation({ script, keys }, conversation),
  };
}

/** A step that needs the keys of the active run: the first call learns which run that is. */
function withActiveRun(id: string, step: (activeRunId: string) => Promise<Reply>): Promise<Reply> {
  let activeRunId = "";
  return retryOnChange(`conversation ${id}`, async () => {
    const reply = await step(activeRunId);
    if (textAt(reply, 0) !== "active") return reply;
    activeRunId = textAt(reply, 1);
    return undefined;
  });
}

function decodeConversationSnapshot(id: string, reply: Reply): ConversationSnapshot {
  const conversation = decodeConversation(listAt(reply, 1));
  const messages = decodeMessages(listAt(reply, 2), listAt(reply, 3), id);
  const choices = decodeChoices(storedChoicesIn(listAt(reply, 1)));
  const queue = decodeQueueOf(listAt(reply, 1), id);
  return {
    ...{ conversation, messages, choices },
    ...(conversation.activeRunId !== undefined && { active: decodeSnapshot(reply.slice(4)) }),
    ...(queue && { queue }),
  };
}
