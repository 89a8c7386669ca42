import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArchived } from "#lib/storage/archive/archive.ts";
import { archiveTables } from "#lib/storage/sqlite/archive-tables.ts";
import { openDatabase } from "#lib/storage/sqlite/open-database.ts";

/** Columns that need no copying: they say where a row belongs, which its place in the record says too. */
const implied: Readonly<Record<string, readonly string[]>> = {
  messages: ["conversation_id", "position"],
  events: ["run_id"],
  folds: ["run_id"],
  inbox: ["run_id"],
  notes: ["owner_id"],
};

/** Tables of the last minutes, or of the day: nobody misses them in another store. */
const left: readonly string[] = ["moves", "spent", "starts", "transfers"];

/** What the view of all events is made of. */
const seen: readonly string[] = ["fresh_events", "settled_events"];

test("every table and every column of the database is copied: a new one must be named in archive-tables.ts", () => {
  const db = openDatabase();
  const tables = db
    .prepare("select name from sqlite_schema where type in ('table', 'view') order by name")
    .all();
  const columns = db.prepare("select name from pragma_table_info(?) order by name");
  const found = tables
    .filter(({ name }) => ![...left, ...seen].includes(String(name)))
    .map(({ name }) => [name, columns.all(String(name)).map((column) => column.name)]);
  const copied = Object.entries(archiveTables).map(([table, fields]) => [
    table,
    [...Object.values(fields), ...(implied[table] ?? [])].sort(),
  ]);
  db.close();
  assert.deepEqual(Object.fromEntries(copied), Object.fromEntries(found));
});

test("a record with a field too many, too few or of another kind is no conversation", () => {
  const whole = {
    ...{ id: "c", userId: "o", title: "t", titleIsCustom: 0, createdAt: 1, updatedAt: 1 },
    ...{ activeRunId: null, deletedAt: null, queue: null, queueVersion: 0, queueDue: 0 },
    ...{ choices: null, messages: [], runs: [] },
  };
  assert.deepEqual(parseArchived(whole), whole);
  const { title: _, ...short } = whole;
  const broken = [short, { ...whole, more: 1 }, { ...whole, updatedAt: "1" }, { ...whole, titleIsCustom: 2 }];
  for (const each of broken) assert.throws(() => parseArchived(each), { code: "damaged" });
  const message = { id: "m", json: '{"v":1,"value":{"id":"m"' };
  assert.throws(() => parseArchived({ ...whole, messages: [message] }), { code: "damaged" });
  const newer = { id: "m", json: '{"v":2,"value":{"id":"m"}}' };
  assert.throws(() => parseArchived({ ...whole, messages: [newer] }), { code: "newer-schema" });
});
