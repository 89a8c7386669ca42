import { undoMs } from "../../protocol/limits.ts";
import type { Conversation } from "../conversation-store.ts";
import { type ConversationRow, conversationOf } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./transactions.ts";

/** What an owner can do to a conversation (docs/protocol.md 3.6, 5.7). */
export const createConversationChanges = (sql: Statements, now: () => number) => ({
  rename(id: string, userId: string, title: string): Write<Conversation | null> {
    return () => {
      const row = ownRow(sql, id, userId);
      if (!row || row.deleted_at !== null) return null;
      sql.renameConversation.run(title, id);
      return conversationOf({ ...row, title });
    };
  },

  remove(id: string, userId: string): Write<boolean> {
    return (changed) => {
      const row = ownRow(sql, id, userId);
      if (!row) return false;
      if (row.deleted_at === null) sql.markDeleted.run(now(), id);
      // Rings each time, as a stop does: the first bell may have been lost.
      for (const { run_id, stop_at } of sql.liveRuns.all(id)) {
        if (stop_at === null) sql.stopRun.run("user", "deleted", now(), run_id);
        changed(run_id);
      }
      return true;
    };
  },

  restore(id: string, userId: string): Write<boolean> {
    return () => {
      const row = ownRow(sql, id, userId);
      if (!row || isTooLate(row, now())) return false;
      if (row.deleted_at !== null) sql.markDeleted.run(null, id);
      return true;
    };
  },
});

function ownRow(sql: Statements, id: string, userId: string): ConversationRow | undefined {
  const row = sql.conversation.get(id);
  return row?.owner_id === userId ? row : undefined;
}

const isTooLate = ({ deleted_at }: ConversationRow, at: number): boolean =>
  deleted_at !== null && deleted_at <= at - undoMs;
