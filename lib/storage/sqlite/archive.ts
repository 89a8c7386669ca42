import { realpathSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import {
  type Archive,
  type ArchivedConversation,
  type ArchivedNotes,
  type Collection,
  parseArchived,
  parseNotes,
  parseSessions,
  type SessionCollection,
} from "../archive/archive.ts";
import { archiveTables } from "./archive-tables.ts";
import { openDatabase } from "./open-database.ts";
import { prepareFiles } from "./store-files.ts";
import { createTransactions, type Transactions } from "./transactions.ts";
import { translateSqliteError } from "./translate-sqlite-error.ts";

/** How long a call retries while another process holds the lock, ms. */
const busyTimeoutMs = 5000;

/** Opens the records of the store in `dir`; makes an empty store if there is none. Throws `StorageError`. */
export function openSqliteArchive(dir: string): Archive {
  const { database } = prepareFiles(dir);
  const db = openDatabase(database);
  try {
    // No reader here waits for commits, and servers find new runs by their sweep.
    const transactions = createTransactions(db, { busyTimeoutMs, onCommit: () => {} });
    return {
      conversations: createConversationCollection(db, transactions),
      sessions: createSqliteSessionCollection(db, transactions),
      notes: createSqliteNoteCollection(db, transactions),
      identity: async () => `sqlite ${realpathSync(database)}`,
      // `openDatabase` has refused a newer schema.
      check: async () => {},
      async close() {
        await transactions.close();
        db.close();
      },
    };
  } catch (error) {
    db.close();
    throw translateSqliteError(error);
  }
}

function createConversationCollection(
  db: DatabaseSync,
  { read, write }: Transactions,
): Collection<ArchivedConversation> {
  const { conversations, messages, runs, events, folds, inbox } = archiveTables;
  const allIds = db.prepare("select id from conversations order by id");
  const anyRun = db.prepare("select 1 from runs where run_id = ?");
  const table = {
    conversations: createTable(db, "conversations", conversations, "id = ?"),
    messages: createTable(
      db,
      "messages",
      messages,
      "conversation_id = ? order by position",
      "conversation_id",
    ),
    runs: createTable(db, "runs", runs, "conversation_id = ?"),
    events: createTable(db, "events", events, "run_id = ? order by seq", "run_id", "settled_events"),
    folds: createTable(db, "folds", folds, "run_id = ?", "run_id"),
    inbox: createTable(db, "inbox", inbox, "run_id = ?", "run_id"),
  };

  function readConversationRows(id: string): ArchivedConversation | null {
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
  }

  function insertConversation(item: ArchivedConversation): void {
    const { messages: itsMessages, runs: itsRuns, ...conversation } = item;
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
  }

  return {
    ids: () => read(() => allIds.all().map((row) => String(row.id))),
    read: (id) => read(() => readConversationRows(id)),
    write: (item) => write(() => insertConversation(item)),
  };
}

function createSqliteSessionCollection(db: DatabaseSync, { read, write }: Transactions): SessionCollection {
  const select = db.prepare(`select session, owner_id as "userId" from sessions`);
  const insert = db.prepare("insert or ignore into sessions (session, owner_id) values (?, ?)");
  return {
    // Spread: the rows have no prototype.
    all: () => read(() => parseSessions(select.all().map((row) => ({ ...row })))),
    add: (sessions) =>
      write(() => {
        for (const { session, userId } of sessions) insert.run(session, userId);
      }),
  };
}

function createSqliteNoteCollection(
  db: DatabaseSync,
  { read, write }: Transactions,
): Collection<ArchivedNotes> {
  const users = db.prepare("select distinct owner_id from notes order by owner_id");
  const { notes } = archiveTables;
  const table = createTable(db, "notes", notes, "owner_id = ?", "owner_id", "notes", "or ignore");
  return {
    ids: () => read(() => users.all().map((row) => String(row.owner_id))),
    read: (userId) =>
      read(() => {
        const found = table.select(userId).map((row) => ({ ...row }));
        return found.length === 0 ? null : parseNotes({ userId, notes: found });
      }),
    write: (item) => write(() => item.notes.forEach((note) => table.insert(note, item.userId))),
  };
}

type ColumnValue = string | number | null;

/**
 * Reads and writes rows by the field names of `columns`. `key`: a column that is no field. `into`: the table
 * to write to, if `name` is a view. `onConflict`: what an insert does with a row that is there.
 */
function createTable<Field extends string>(
  db: DatabaseSync,
  name: string,
  columns: Readonly<Record<Field, string>>,
  where: string,
  key?: string,
  into = name,
  onConflict = "",
) {
  const fields = Object.keys(columns) as Field[]; // Cast: a constant of this room, no other keys.
  const selected = fields.map((field) => `${columns[field]} as "${field}"`).join(", ");
  const names = [...(key === undefined ? [] : [key]), ...fields.map((field) => columns[field])];
  const selectRows = db.prepare(`select ${selected} from ${name} where ${where}`);
  const insertRow = db.prepare(
    `insert ${onConflict} into ${into} (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`,
  );
  return {
    select: (value: string) => selectRows.all(value),
    insert(row: Readonly<Record<Field, ColumnValue>>, value?: string) {
      insertRow.run(...(value === undefined ? [] : [value]), ...fields.map((field) => row[field]));
    },
  };
}
