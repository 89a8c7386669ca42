import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { newRun, running } from "../../../contract/scenario.ts";
import { file, modeOf, newDir } from "./temporary-store.ts";

test("S47 the directory and every file in it are readable by nobody else, whatever the umask", async () => {
  const dir = join(newDir(), "new", "deep");
  const before = process.umask(0);
  const storage = openSqlite({ dir });
  await running(storage);
  process.umask(before);
  assert.equal(modeOf(dir), 0o700);
  const names = readdirSync(dir).sort();
  assert.deepEqual(names, ["rivulet.db", "rivulet.db-shm", "rivulet.db-wal", "rivulet.wake"]);
  for (const name of names) assert.equal(modeOf(join(dir, name)), 0o600, name);
  await storage.close();
});

test("S47 a file that others could read is closed to them", async () => {
  const dir = newDir();
  writeFileSync(file(dir), "");
  chmodSync(file(dir), 0o644);
  await openSqlite({ dir }).close();
  assert.equal(modeOf(file(dir)), 0o600);
});

test("S47 a directory or file that is a symbolic link, or no file at all, is refused", () => {
  const target = newDir();
  const linked = join(newDir(), "link");
  symlinkSync(target, linked);
  const refused = { name: "StorageError", code: "unavailable", message: /symbolic link/ };
  assert.throws(() => openSqlite({ dir: linked }), refused);
  for (const name of ["rivulet.db", "rivulet.db-wal", "rivulet.db-shm", "rivulet.wake"]) {
    const dir = newDir();
    symlinkSync(join(target, name), join(dir, name));
    assert.throws(() => openSqlite({ dir }), refused);
  }
  assert.deepEqual(readdirSync(target), []);
  const dir = newDir();
  mkdirSync(file(dir));
  assert.throws(() => openSqlite({ dir }), {
    name: "StorageError",
    code: "unavailable",
    message: /rivulet\.db must be a file/,
  });
});

test("a database that is deleted under an open store is noticed: nothing new begins in it", async () => {
  const dir = newDir();
  const storage = openSqlite({ dir });
  await storage.ping();
  rmSync(file(dir));
  await assert.rejects(storage.ping(), /was deleted or replaced/);
  await assert.rejects(storage.runs.createRun(newRun()), /was deleted or replaced/);
  await storage.close();
});

test("a data directory that the system will not make is refused at once", { timeout: 5000 }, () => {
  assert.throws(() => openSqlite({ dir: "/proc/nope/deeper" }), StorageError);
});
