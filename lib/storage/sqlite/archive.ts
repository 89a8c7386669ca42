import { realpathSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import {
  type Archive,
  type ArchivedConversation,
  type ArchivedNotes,
  type Collection,
  parseNotes,
  parseSessions,
  type SessionCollection,
} from "../archive/archive.ts";
import { createArchiveTable } from "./archive-table.ts";
import { archiveTables } from "./archive-tables.ts";
import { createArchivedConversations } from "./archived-conversations.ts";
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
  const allIds = db.prepare("select id from conversations order by id");
  const archived = createArchivedConversations(db);
  return {
    ids: () => read(() => allIds.all().map((row) => String(row.id))),
    read: (id) => read(() => archived.read(id)),
    write: (item) => write(() => archived.insert(item)),
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
  const table = createArchiveTable(db, "notes", notes, "owner_id = ?", "owner_id", "notes", "or ignore");
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
