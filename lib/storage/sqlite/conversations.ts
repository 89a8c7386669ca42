import { chooseMessage } from "../../protocol/choices.ts";
import { undoMs } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/message.ts";
import type {
  Conversation,
  ConversationSnapshot,
  ConversationStore,
  ListPage,
  NewestRun,
} from "../conversation-store.ts";
import { decodeListCursor, encodeListCursor, type ListPosition } from "../core/list-cursor.ts";
import { decodeChoices, encodeChoices } from "../core/stored-choices.ts";
import { decodeMessage, encodeQueue } from "../core/stored-json.ts";
import type { UndoClock } from "../core/undo-clock.ts";
import type { ArchivedConversations } from "./archived-conversations.ts";
import { followsQueue, queueSnapshotOf, saveQueue, storedQueueOf } from "./queues.ts";
import { readRunRow } from "./read-run-row.ts";
import { snapshotOf } from "./read-runs.ts";
import { type ConversationRow, conversationOf, metaOf } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Transactions } from "./transactions.ts";
import type { Write } from "./write-batch.ts";

/** What users can do with their conversations (docs/protocol.md 3.5, 3.6, 5.7). */
export const createSqliteConversations = (
  sql: Statements,
  { read, write }: Pick<Transactions, "read" | "write">,
  now: () => number,
  undoClock: UndoClock,
  archived: Pick<ArchivedConversations, "insert">,
): ConversationStore => ({
  get: (id, userId) => read(() => readSnapshot(sql, id, userId)),
  list: (userId, page) => read(() => listPage(sql, userId, page)),
  newestRun: (userId, agent, limit) => read(() => findNewestRun(sql, userId, agent, limit)),
  rename: (id, userId, title) => write(rename(sql, id, userId, title)),
  choose: (id, userId, messageId) => write(choose(sql, id, userId, messageId)),
  remove: (id, userId) => write(remove(sql, id, userId, now, undoClock)),
  restore: (id, userId) => write(restore(sql, id, userId, now, undoClock)),
  queue: (id, userId) =>
    read(() => {
      const row = findVisible(sql, id, userId);
      return row ? queueSnapshotOf(sql, row) : null;
    }),
  saveQueue: (id, userId, queue) =>
    write(() => {
      const row = findVisible(sql, id, userId);
      if (!row) return null;
      if (row.queue_version === queue.version && row.queue === encodeQueue(queue)) return "saved";
      if (!followsQueue(row, queue)) return "changed";
      saveQueue(sql, id, queue);
      return "saved";
    }),
  add: (conversation) => write(() => archived.insert(conversation)),
});

function readSnapshot(sql: Statements, id: string, userId: string): ConversationSnapshot | null {
  const row = findVisible(sql, id, userId);
  if (!row) return null;
  const active = row.active_run_id === null ? undefined : snapshotOf(sql, readRunRow(sql, row.active_run_id));
  const choices = decodeChoices(row.choices);
  const queue = storedQueueOf(row);
  return {
    ...{ conversation: conversationOf(row), messages: savedMessagesOf(sql, id), choices },
    ...(active && { active }),
    ...(queue && { queue }),
  };
}

function listPage(
  sql: Statements,
  userId: string,
  { cursor, limit }: { cursor?: string; limit: number },
): ListPage {
  const after = cursor === undefined ? beforeAll : decodeListCursor(cursor);
  if (!after) return { conversations: [] };
  const rows = sql.conversations.all(userId, after.updatedAt, after.id, limit + 1);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const conversations = page.map(conversationOf);
  return rows.length > limit && last
    ? { conversations, nextCursor: encodeListCursor({ updatedAt: last.updated_at, id: last.id }) }
    : { conversations };
}

const beforeAll: ListPosition = { updatedAt: Number.MAX_SAFE_INTEGER, id: "" };

function findNewestRun(sql: Statements, userId: string, agent: string, limit: number): NewestRun | null {
  const looked = sql.conversations.all(userId, beforeAll.updatedAt, beforeAll.id, limit);
  const [newest] = looked
    .flatMap(({ id }) => sql.newestRunOf.get(id, agent) ?? [])
    .toSorted((one, other) => other.created_at - one.created_at);
  return newest ? { conversationId: newest.conversation_id, runId: newest.run_id } : null;
}

const rename =
  (sql: Statements, id: string, userId: string, title: string): Write<Conversation | null> =>
  () => {
    const row = findVisible(sql, id, userId);
    if (!row) return null;
    sql.renameConversation.run(title, id);
    return conversationOf({ ...row, title });
  };

const choose =
  (sql: Statements, id: string, userId: string, messageId: string): Write<Conversation | null> =>
  () => {
    const row = findOwn(sql, id, userId);
    if (!row || row.deleted_at !== null) return null;
    const active = row.active_run_id === null ? undefined : metaOf(readRunRow(sql, row.active_run_id));
    const chosen = chooseMessage(decodeChoices(row.choices), savedMessagesOf(sql, id), messageId, active);
    if (!chosen) return null;
    sql.setChoices.run(encodeChoices(chosen) ?? null, id);
    return conversationOf(row);
  };

const remove =
  (sql: Statements, id: string, userId: string, now: () => number, undoClock: UndoClock): Write<boolean> =>
  (changed) => {
    const row = findOwn(sql, id, userId);
    if (!row) return false;
    if (row.deleted_at === null) {
      const deletedAt = now();
      sql.setDeletedAt.run(deletedAt, id);
      undoClock.saw({ id, deletedAt });
    }
    for (const { run_id, stop_at } of sql.liveRuns.all(id)) {
      if (stop_at === null) sql.stopRun.run("user", "deleted", now(), run_id);
      // Each time, as with a stop: the first notice may have been lost.
      changed(run_id);
    }
    return true;
  };

const restore =
  (sql: Statements, id: string, userId: string, now: () => number, undoClock: UndoClock): Write<boolean> =>
  () => {
    const row = findOwn(sql, id, userId);
    if (!row || row.deleted_at === null) return row !== undefined;
    const wall = now();
    if (undoClock.dateOf({ id, deletedAt: row.deleted_at }, wall) <= wall - undoMs) return false;
    sql.setDeletedAt.run(null, id);
    return true;
  };

function findVisible(sql: Statements, id: string, userId: string): ConversationRow | undefined {
  const row = findOwn(sql, id, userId);
  return row?.deleted_at === null ? row : undefined;
}

const savedMessagesOf = (sql: Statements, id: string): Message[] =>
  sql.messages.all(id).map(({ message_id, json }) => decodeMessage(json, id, message_id));

function findOwn(sql: Statements, id: string, userId: string): ConversationRow | undefined {
  const row = sql.conversation.get(id);
  return row?.owner_id === userId ? row : undefined;
}
