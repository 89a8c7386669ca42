import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, renameSync, rmSync, statSync, truncateSync } from "node:fs";
import { test } from "node:test";
import { createFileWatch } from "#lib/storage/sqlite/file-watch.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { alice, finished, newRun, type RunWriter, running } from "../../../contract/scenario.ts";
import { finish } from "../../../support/event-builders.ts";
import { edit, file, newDir } from "./temporary-store.ts";

const frames = 4096 + 24;
const log = (dir: string) => `${file(dir)}-wal`;
const cutInHalf = (path: string) => truncateSync(path, Math.floor(statSync(path).size / 2 / frames) * frames);
const replace = (path: string) => {
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
};

const faults: [name: string, happen: (dir: string) => void, words: RegExp, isSaved: boolean][] = [
  ["the database is deleted", (dir) => rmSync(file(dir)), /^rivulet\.db was deleted or replaced/, false],
  ["the database is replaced", (dir) => replace(file(dir)), /^rivulet\.db was deleted or replaced/, false],
  ["the database is emptied", (dir) => truncateSync(file(dir)), /^rivulet\.db(-wal)? was cut/, false],
  ["the database is cut", (dir) => cutInHalf(file(dir)), /^rivulet\.db(-wal)? was cut/, false],
  ["its log is deleted", (dir) => rmSync(log(dir)), /^rivulet\.db-wal was deleted or replaced/, true],
  ["its log is replaced", (dir) => replace(log(dir)), /^rivulet\.db-wal was deleted or replaced/, true],
  ["its log is emptied", (dir) => truncateSync(log(dir)), /^rivulet\.db-wal was cut/, false],
  ["its log is cut", (dir) => cutInHalf(log(dir)), /^rivulet\.db-wal was cut/, false],
  ["its shared memory is deleted", (dir) => rmSync(`${file(dir)}-shm`), /^rivulet\.db-shm was deleted/, true],
];

/** A store whose database and log both hold pages, with a live run. */
async function openUsed(dir: string): Promise<{ storage: Storage; writer: RunWriter }> {
  const first = openSqlite({ dir });
  for (let at = 0; at < 20; at += 1) await finished(first, await running(first), finish());
  await first.close();
  const storage = openSqlite({ dir, pollMs: 1_000_000 });
  const writer = await running(storage);
  for (let at = 0; at < 20; at += 1) await append(storage, writer);
  await storage.ping();
  return { storage, writer };
}

const append = (storage: Storage, writer: RunWriter) =>
  storage.runs.append(writer.lease, writer.say("word ".repeat(200)), 15_000);

for (const [name, happen, words, isSaved] of faults)
  for (const writesOn of [false, true])
    test(`${name} under an open store${writesOn ? " that goes on writing" : ""}: it says so and writes nothing more`, async (t) => {
      const dir = newDir();
      const { storage, writer } = await openUsed(dir);
      t.after(() => storage.close());
      happen(dir);
      if (writesOn) await append(storage, writer).catch(() => undefined);
      const refusal = { name: "StorageError", message: words };
      await assert.rejects(storage.ping(), refusal);
      await assert.rejects(storage.runs.createRun(newRun()), refusal);
      await assert.rejects(append(storage, writer), refusal);
      const { runs } = storage;
      const { runId } = writer.run;
      // Nobody is to wait here for what can only go on elsewhere.
      for (const read of [
        () => runs.run(runId),
        () => runs.read(runId, { seq: 0 }, 8),
        () => runs.read(runId, { seq: 23 }, 8),
        () => runs.open(runId, alice, { seq: 0 }, 8),
        () => runs.snapshot(runId),
      ])
        await assert.rejects(read, refusal);
      await storage.close();
      if (!isSaved) return;
      const next = openSqlite({ dir });
      assert.equal((await next.runs.run(writer.run.runId))?.head, writesOn ? 24 : 23, "all is kept");
      await next.close();
    });

const harmless: [name: string, happen: (dir: string) => void][] = [
  [
    "a checkpoint that truncates the log",
    (dir) => edit(dir, (db) => db.exec("pragma wal_checkpoint(truncate)")),
  ],
  [
    "a checkpoint that restarts the log",
    (dir) => edit(dir, (db) => db.exec("pragma wal_checkpoint(restart)")),
  ],
  [
    "VACUUM, which makes the database smaller",
    (dir) =>
      edit(dir, (db) => {
        db.exec("delete from settled_events; delete from messages; vacuum; pragma wal_checkpoint(truncate)");
      }),
  ],
  [
    "another connection that writes and closes",
    (dir) => edit(dir, (db) => db.exec("pragma user_version = 6")),
  ],
];

for (const [name, happen] of harmless)
  test(`${name} by an operator is no fault`, async (t) => {
    const dir = newDir();
    const { storage, writer } = await openUsed(dir);
    t.after(() => storage.close());
    edit(dir, (db) => db.exec("update runs set continuations = continuations"));
    happen(dir);
    await storage.ping();
    await append(storage, writer);
    await storage.ping();
    await storage.runs.createRun(newRun());
    await storage.ping();
    assert.ok((await storage.conversations.list(alice, { limit: 5 })).conversations.length > 0);
  });

test("what was deleted is noticed without being asked", async (t) => {
  const dir = newDir();
  const storage = openSqlite({ dir, pollMs: 20 });
  t.after(() => storage.close());
  const writer = await running(storage);
  rmSync(log(dir));
  const deadline = performance.now() + 5000;
  while (performance.now() < deadline && (await append(storage, writer).catch(() => undefined)));
  await assert.rejects(append(storage, writer), /rivulet\.db-wal was deleted or replaced/);
});

test("a process without a descriptor left cannot look, and goes on once it has one again", () => {
  const script = `
    import { closeSync, openSync } from "node:fs";
    import { openSqlite } from "#lib/storage/sqlite.ts";
    import { newRun } from "./tests/contract/scenario.ts";
    const storage = openSqlite({ dir: process.argv[1], pollMs: 1_000_000 });
    await storage.runs.createRun(newRun());
    const taken = [];
    try {
      for (;;) taken.push(openSync("/dev/null", "r"));
    } catch ({ code }) {
      console.log(code);
    }
    await storage.ping().catch(String);
    taken.forEach(closeSync);
    await storage.runs.createRun(newRun());
    await storage.ping();
    console.log("goes on");`;
  const child = ["-c", 'ulimit -n 64; exec "$0" --input-type=module -e "$1" "$2"'];
  const { stdout, stderr } = spawnSync("sh", [...child, process.execPath, script, newDir()], {
    encoding: "utf8",
  });
  assert.equal(stdout, "EMFILE\ngoes on\n", stderr);
});

test("a busy database is no fault of its files, and what was cut meanwhile is noticed by the next look", async (t) => {
  const dir = newDir();
  const { storage } = await openUsed(dir);
  t.after(() => storage.close());
  let isBusy = true;
  const look = createFileWatch(file(dir), {
    size() {
      if (isBusy) throw Object.assign(new Error("database is locked"), { errcode: 5 });
      return Number.POSITIVE_INFINITY;
    },
    checkpoint: () => true,
  });
  cutInHalf(file(dir));
  assert.equal(look(), undefined);
  isBusy = false;
  assert.match(look()?.error.message ?? "", /^rivulet\.db was cut/);
});
