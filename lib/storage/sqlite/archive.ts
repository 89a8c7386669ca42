import { realpathSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import {
  type Archive,
  type ArchivedConversation,
  type Collection,
  parseArchived,
  parseSessions,
  type SessionCollection,
} from "../archive/archive.ts";
import { archiveTables } from "./archive-tables.ts";
import { openDatabase } from "./open-database.ts";
import { prepareFiles } from "./store-files.ts";
import { createTransactions, type Transactions } from "./transactions.ts";
import { translateSqliteError } from "./translate-sqlite-error.ts";

/** How long a call waits for another process's lock before it fails, ms. */
const busyTimeoutMs = 5000;

/**
 * Opens the records of the embedded store in `dir`, which is made if it is missing. Throws `StorageError`.
 */
export function openSqliteArchive(dir: string): Archive {
  const { database } = prepareFiles(dir);
  const db = openDatabase(database);
  try {
    // Nobody listens here, and other processes find new runs by their sweep.
    const transactions = createTransactions(db, { busyTimeoutMs, onCommit: () => {} });
    return {
      conversations: createConversationCollection(db, transactions),
      sessions: createSqliteSessionCollection(db, transactions),
      identity: async () => `sqlite ${realpathSync(database)}`,
      // Opening it was the check.
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
  const { conversations, messages, runs, events, folds } = archiveTables;
  const allIds = db.prepare("select id from conversations order by id");
  const anyRun = db.prepare("select 1 from runs where run_id = ?");
  const table = {
    conversations: tableOf(db, "conversations", conversations, "id = ?"),
    messages: tableOf(db, "messages", messages, "conversation_id = ? order by position", "conversation_id"),
    runs: tableOf(db, "runs", runs, "conversation_id = ?"),
    events: tableOf(db, "events", events, "run_id = ? order by seq", "run_id", "settled_events"),
    folds: tableOf(db, "folds", folds, "run_id = ?", "run_id"),
  };

  function readNow(id: string): ArchivedConversation | null {
    const [conversation] = table.conversations.all(id);
    if (!conversation) return null;
    return parseArchived({
      id,
      ...conversation,
      messages: table.messages.all(id),
      runs: table.runs.all(id).map((run) => ({
        ...run,
        fold: table.folds.all(String(run.runId))[0] ?? null,
        entries: table.events.all(String(run.runId)),
      })),
    });
  }

  function writeNow({ messages: asked, runs: made, ...conversation }: ArchivedConversation): void {
    const { id } = conversation;
    if (table.conversations.all(id).length > 0) return;
    if (made.some(({ runId }) => anyRun.get(runId) !== undefined)) return;
    table.conversations.add(conversation);
    for (const message of asked) table.messages.add(message, id);
    for (const { fold, entries, ...run } of made) {
      table.runs.add(run);
      if (fold) table.folds.add(fold, run.runId);
      for (const entry of entries) table.events.add(entry, run.runId);
    }
  }

  return {
    ids: () => read(() => allIds.all().map((row) => String(row.id))),
    read: (id) => read(() => readNow(id)),
    write: (kept) => write(() => writeNow(kept)),
  };
}

function createSqliteSessionCollection(db: DatabaseSync, { read, write }: Transactions): SessionCollection {
  const all = db.prepare(`select session, owner_id as "userId" from sessions`);
  const add = db.prepare("insert or ignore into sessions (session, owner_id) values (?, ?)");
  return {
    // Spread: the rows have no prototype.
    all: () => read(() => parseSessions(all.all().map((row) => ({ ...row })))),
    add: (sessions) =>
      write(() => {
        for (const { session, userId } of sessions) add.run(session, userId);
      }),
  };
}

type ColumnValue = string | number | null;

/**
 * Reads and writes rows by the names that `columns` gives their fields; `key`: a column that is no field;
 * `into`: where a view's rows are written.
 */
function tableOf<Field extends string>(
  db: DatabaseSync,
  name: string,
  columns: Readonly<Record<Field, string>>,
  where: string,
  key?: string,
  into = name,
) {
  const fields = Object.keys(columns) as Field[]; // Cast: a constant of this room, no other keys.
  const selected = fields.map((field) => `${columns[field]} as "${field}"`).join(", ");
  const names = [...(key === undefined ? [] : [key]), ...fields.map((field) => columns[field])];
  const select = db.prepare(`select ${selected} from ${name} where ${where}`);
  const insert = db.prepare(
    `insert into ${into} (${names.join(", ")}) values (${names.map(() => "?").join(", ")})`,
  );
  return {
    all: (value: string) => select.all(value),
    add(row: Readonly<Record<Field, ColumnValue>>, value?: string) {
      insert.run(...(value === undefined ? [] : [value]), ...fields.map((field) => row[field]));
    },
  };
}
