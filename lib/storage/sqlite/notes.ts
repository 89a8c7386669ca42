import type { DatabaseSync } from "node:sqlite";
import { freeNoteName } from "../core/free-note-name.ts";
import { maxNotes, type Note, type NoteStore } from "../note-store.ts";
import { prepare } from "./prepare.ts";
import type { Transactions } from "./transactions.ts";

/** The notes of users. */
export function createSqliteNotes(
  db: DatabaseSync,
  { readOne, write }: Pick<Transactions, "readOne" | "write">,
  now: () => number,
): NoteStore {
  const sql = prepareNoteStatements(db);
  return {
    list: (userId) => readOne(() => sql.list.all(userId).map((row) => ({ ...row }))),
    save: (userId, { name, text }) =>
      write(() => {
        const isNew = sql.text.get(userId, name) === undefined;
        if (isNew && (sql.count.get(userId)?.count ?? 0) >= maxNotes) return "full";
        sql.save.run(userId, name, text, now());
        return "saved";
      }),
    remove: (userId, name) => write(() => sql.remove.run(userId, name)),
    removeAll: (userId) => write(() => sql.removeAll.run(userId)),
  };
}

/** Gives the notes of one user to another, inside a write. */
export function createNoteMove(db: DatabaseSync): (from: string, to: string) => void {
  const sql = prepareNoteStatements(db);
  return (from, to) => {
    for (const note of sql.list.all(from)) {
      const name = freeNoteName(note, (candidate) => sql.text.get(to, candidate)?.text);
      if (name !== undefined) sql.move.run(to, name, from, note.name);
    }
    sql.removeAll.run(from);
  };
}

function prepareNoteStatements(db: DatabaseSync) {
  return {
    list: prepare<Note>(
      db,
      `select name, text, updated_at as "updatedAt" from notes where owner_id = ? order by updated_at desc, name`,
    ),
    text: prepare<{ text: string }>(db, "select text from notes where owner_id = ? and name = ?"),
    count: prepare<{ count: number }>(db, "select count(*) as count from notes where owner_id = ?"),
    save: prepare(
      db,
      `insert into notes (owner_id, name, text, updated_at) values (?, ?, ?, ?)
         on conflict do update set text = excluded.text, updated_at = excluded.updated_at`,
    ),
    move: prepare(db, "update notes set owner_id = ?, name = ? where owner_id = ? and name = ?"),
    remove: prepare(db, "delete from notes where owner_id = ? and name = ?"),
    removeAll: prepare(db, "delete from notes where owner_id = ?"),
  };
}
