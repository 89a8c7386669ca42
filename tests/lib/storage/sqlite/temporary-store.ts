import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after } from "node:test";

const home = mkdtempSync(join(tmpdir(), "rivulet-sqlite-"));
after(() => rmSync(home, { recursive: true, force: true }));

/** A directory that is gone after the tests of this file. */
export const newDir = (): string => mkdtempSync(join(home, "store-"));

/** The database's file in it. */
export const file = (dir: string): string => join(dir, "rivulet.db");

export const modeOf = (path: string): number => statSync(path).mode & 0o777;

/** Does something to the file as an operator's own tool would. */
export function edit<T>(dir: string, change: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(file(dir), { timeout: 1000 });
  try {
    return change(db);
  } finally {
    db.close();
  }
}

/** Writes over the page where a table or an index begins, behind the back of whoever has the file open. */
export function overwritePage(dir: string, table: string): void {
  const [page, size] = edit(dir, (db) => {
    db.exec("pragma wal_checkpoint(truncate)");
    const row = db.prepare("select rootpage from sqlite_schema where name = ?").get(table);
    return [Number(row?.["rootpage"]), Number(db.prepare("pragma page_size").get()?.["page_size"])];
  });
  const descriptor = openSync(file(dir), "r+");
  writeSync(descriptor, Buffer.alloc(size, 0xff), 0, size, (page - 1) * size);
  closeSync(descriptor);
  // Whoever has read it reads it anew.
  edit(dir, (db) => db.exec("update conversations set title = title"));
}

export const versionOf = (db: DatabaseSync): unknown => db.prepare("pragma user_version").get()?.user_version;

/** Moves all events to their place, as a store does when there are many. */
export const settle = (db: DatabaseSync): void =>
  db.exec(
    "insert into settled_events select run_id, seq, epoch, json from fresh_events; delete from fresh_events",
  );
