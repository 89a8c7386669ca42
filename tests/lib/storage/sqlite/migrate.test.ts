import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { migrate } from "#lib/storage/sqlite/migrate.ts";
import { schema } from "#lib/storage/sqlite/schema.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { running } from "../../../contract/scenario.ts";
import { edit, file, modeOf, newDir, versionOf } from "./temporary-store.ts";

test("an older database is copied aside, readable by nobody else, and brought up to date", async () => {
  const dir = newDir();
  edit(dir, (db) => db.exec("create table memos (text); insert into memos values ('kept')"));
  const storage = openSqlite({ dir });
  await running(storage);
  await storage.close();
  const copy = new DatabaseSync(`${file(dir)}.v0`);
  assert.deepEqual([versionOf(copy), copy.prepare("select text from memos").get()?.text], [0, "kept"]);
  assert.equal(copy.prepare("select 1 from sqlite_schema where name = 'runs'").get(), undefined);
  copy.close();
  assert.equal(modeOf(`${file(dir)}.v0`), 0o600);
  edit(dir, (db) => {
    assert.deepEqual(
      [versionOf(db), db.prepare("select text from memos").get()?.text],
      [schema.length, "kept"],
    );
  });
});

test("a database with this build's schema and an empty one are not copied", async () => {
  const dir = newDir();
  for (let time = 0; time < 2; time += 1) await openSqlite({ dir }).close();
  assert.deepEqual(readdirSync(dir).sort(), ["rivulet.db", "rivulet.wake"]);
});

test("a further schema step keeps what was stored; one that fails changes nothing", async () => {
  const dir = newDir();
  const storage = openSqlite({ dir });
  const { run } = await running(storage);
  await storage.close();
  const next = "alter table runs add column colour text default 'blue'";
  edit(dir, (db) => {
    assert.throws(() => migrate(db, file(dir), [...schema, next, "nonsense"]), /nonsense/);
    assert.equal(versionOf(db), schema.length);
    migrate(db, file(dir), [...schema, next]);
    assert.equal(versionOf(db), schema.length + 1);
    assert.deepEqual(
      { ...db.prepare("select run_id, colour from runs").get() },
      { run_id: run.runId, colour: "blue" },
    );
  });
  assert.ok(existsSync(`${file(dir)}.v${schema.length}`));
  assert.ok(!existsSync(`${file(dir)}.v${schema.length}.unfinished`));
});

test("S49 a database of version 1 keeps its conversations, which can then be given a custom title", async () => {
  const dir = newDir();
  edit(dir, (db) => {
    migrate(db, undefined, schema.slice(0, 1));
    db.exec("insert into conversations values ('c', 'alice', 'Hello', 1, 2, null, null)");
  });
  const storage = openSqlite({ dir });
  const { conversations } = await storage.conversations.list("alice", { limit: 10 });
  assert.deepEqual(conversations, [{ id: "c", userId: "alice", title: "Hello", createdAt: 1, updatedAt: 2 }]);
  assert.equal((await storage.conversations.rename("c", "alice", "Logs"))?.title, "Logs");
  await storage.close();
  assert.equal(
    edit(dir, (db) => db.prepare("select title_by_hand as by_hand from conversations").get()?.by_hand),
    1,
  );
  assert.ok(existsSync(`${file(dir)}.v1`));
});

test("S49 a newer database is refused in words and left as it is", async () => {
  const dir = newDir();
  await openSqlite({ dir }).close();
  edit(dir, (db) => db.exec("pragma user_version = 99"));
  assert.throws(() => openSqlite({ dir }), {
    name: "StorageError",
    code: "newer-schema",
    message: new RegExp(`schema version 99, this build knows ${schema.length}: start the newer build`),
  });
  assert.equal(edit(dir, versionOf), 99);
});
