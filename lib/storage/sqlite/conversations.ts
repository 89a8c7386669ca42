import type { ConversationPage, ConversationSnapshot } from "../conversation-store.ts";
import { decodeListCursor, encodeListCursor, type ListPosition } from "../core/list-cursor.ts";
import { decodeMessage } from "../core/stored-json.ts";
import { readRunRow } from "./read-run-row.ts";
import { snapshotOf } from "./read-runs.ts";
import { conversationOf } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** What an owner can ask about their conversations; each call belongs inside one read transaction. */
export const createConversationReads = (sql: Statements) => ({
  get(id: string, userId: string): ConversationSnapshot | null {
    const row = sql.conversation.get(id);
    if (row?.owner_id !== userId || row.deleted_at !== null) return null;
    const messages = sql.messages.all(id).map(({ message_id, json }) => decodeMessage(json, id, message_id));
    const active =
      row.active_run_id === null ? undefined : snapshotOf(sql, readRunRow(sql, row.active_run_id));
    return { conversation: conversationOf(row), messages, ...(active && { active }) };
  },

  list(userId: string, { cursor, limit }: { cursor?: string; limit: number }): ConversationPage {
    const after = cursor === undefined ? newest : decodeListCursor(cursor);
    if (!after) return { conversations: [] };
    const rows = sql.conversations.all(userId, after.updatedAt, after.id, limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const conversations = page.map(conversationOf);
    return rows.length > limit && last
      ? { conversations, nextCursor: encodeListCursor({ updatedAt: last.updated_at, id: last.id }) }
      : { conversations };
  },
});

const newest: ListPosition = { updatedAt: Number.MAX_SAFE_INTEGER, id: "" };
