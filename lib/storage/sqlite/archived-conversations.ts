import type { DatabaseSync } from "node:sqlite";
import { type ArchivedConversation, parseArchived } from "../archive/archive.ts";
import { createArchiveTable } from "./archive-table.ts";
import { archiveTables } from "./archive-tables.ts";

/** Whole conversations, with their runs and logs. Both methods run in the caller's transaction. */
export interface ArchivedConversations {
  /** Null: none. Throws `StorageError("damaged")`. */
  read(id: string): ArchivedConversation | null;
  /** Where there is one of this id, or one of its runs is there, nothing happens. */
  insert(item: ArchivedConversation): void;
}

export function createArchivedConversations(db: DatabaseSync): ArchivedConversations {
  const { conversations, messages, runs, events, folds, inbox } = archiveTables;
  const anyRun = db.prepare("select 1 from runs where run_id = ?");
  const table = {
    conversations: createArchiveTable(db, "conversations", conversations, "id = ?"),
    messages: createArchiveTable(
      db,
      "messages",
      messages,
      "conversation_id = ? order by position",
      "conversation_id",
    ),
    runs: createArchiveTable(db, "runs", runs, "conversation_id = ?"),
    events: createArchiveTable(db, "events", events, "run_id = ? order by seq", "run_id", "settled_events"),
    folds: createArchiveTable(db, "folds", folds, "run_id = ?", "run_id"),
    inbox: createArchiveTable(db, "inbox", inbox, "run_id = ?", "run_id"),
  };

  return {
    read(id) {
      const [conversation] = table.conversations.select(id);
      if (!conversation) return null;
      return parseArchived({
        id,
        ...conversation,
        messages: table.messages.select(id),
        runs: table.runs.select(id).map((run) => ({
          ...run,
          fold: table.folds.select(String(run.runId))[0] ?? null,
          entries: table.events.select(String(run.runId)),
          inbox: table.inbox.select(String(run.runId)),
        })),
      });
    },

    insert({ messages: itsMessages, runs: itsRuns, ...conversation }) {
      const { id } = conversation;
      if (table.conversations.select(id).length > 0) return;
      if (itsRuns.some(({ runId }) => anyRun.get(runId) !== undefined)) return;
      table.conversations.insert(conversation);
      for (const message of itsMessages) table.messages.insert(message, id);
      for (const { fold, entries, inbox: sent, ...run } of itsRuns) {
        table.runs.insert(run);
        if (fold) table.folds.insert(fold, run.runId);
        for (const entry of entries) table.events.insert(entry, run.runId);
        for (const record of sent) table.inbox.insert(record, run.runId);
      }
    },
  };
}
