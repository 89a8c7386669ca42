import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { createLatch } from "#lib/async/latch.ts";
import { openDatabase } from "#lib/storage/sqlite/open-database.ts";
import { createSqliteStorage } from "#lib/storage/sqlite/sqlite-storage.ts";
import { createTransactions } from "#lib/storage/sqlite/transactions.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { alice, finished, leaseMs, newRun, running, storedLog } from "../../../contract/scenario.ts";
import { finish } from "../../../support/event-builders.ts";
import { file, newDir } from "./temporary-store.ts";

test("6.4 on a full disk writes say so and reads go on; with room again the same append is stored", async () => {
  const db = openDatabase();
  const storage = createSqliteStorage(db, { now: Date.now, pollMs: 500 });
  const writers = await Promise.all([running(storage), running(storage)]);
  const [big, small] = writers;
  assert.ok(big && small);
  const pages = Number(db.prepare("pragma page_count").get()?.page_count);
  db.exec(`pragma max_page_count = ${pages + 2}`);
  const events = big.say("x".repeat(100_000));
  const answers = await Promise.allSettled([
    storage.runs.append(big.lease, events, leaseMs),
    storage.runs.append(small.lease, small.say("fits"), leaseMs),
  ]);
  const [full, fits] = answers;
  assert.ok(full.status === "rejected");
  assert.deepEqual([full.reason.name, full.reason.code], ["StorageError", "full"]);
  // SQLite ends the transaction that they shared; the one that fits is stored all the same.
  assert.ok(fits.status === "fulfilled" && fits.value.kind === "ok");
  assert.equal((await storedLog(storage, big.run.runId)).length, 3);
  db.exec("pragma max_page_count = 1000000");
  assert.equal((await storage.runs.append(big.lease, events, leaseMs)).kind, "ok");
  await storage.close();
});

test("a database that cannot be written says so, and reads go on", async () => {
  const db = openDatabase();
  const storage = createSqliteStorage(db, { now: Date.now, pollMs: 500 });
  const writer = await running(storage);
  db.exec("pragma query_only = 1");
  const refused = { name: "StorageError", code: "read-only" };
  await assert.rejects(storage.runs.append(writer.lease, writer.say("a"), leaseMs), refused);
  await assert.rejects(storage.runs.createRun(newRun()), refused);
  assert.equal((await storedLog(storage, writer.run.runId)).length, 3);
  await storage.ping();
  await storage.close();
});

test("6.1 the writes of one tick are one transaction", async () => {
  const dir = newDir();
  const storage = openSqlite({ dir });
  const writers = await Promise.all(Array.from({ length: 10 }, () => running(storage)));
  const before = commitsOf(dir);
  await Promise.all(
    writers.map((writer) => storage.runs.append(writer.lease, writer.say("a", "b"), leaseMs)),
  );
  assert.equal(commitsOf(dir) - before, 1);
  for (const writer of writers) await storage.runs.append(writer.lease, writer.say("c"), leaseMs);
  assert.equal(commitsOf(dir) - before, 11);
  await storage.close();
});

/**
 * The commits in SQLite's write-ahead log: frames that name the database's size
 * (https://sqlite.org/fileformat.html 4.1).
 */
function commitsOf(dir: string): number {
  const wal = readFileSync(`${file(dir)}-wal`);
  const frame = 24 + wal.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frame <= wal.length; at += frame) if (wal.readUInt32BE(at + 4) > 0) commits += 1;
  return commits;
}

test("6.1 a write that the database refuses breaks no other write of its tick, and leaves nothing behind", async () => {
  const storage = openSqlite({ dir: ":memory:" });
  const writer = await running(storage);
  const { conversationId, userMessageId } = writer.run;
  const other = await running(storage);
  await finished(storage, writer, finish());
  const twice = newRun({
    conversationId,
    ask: { kind: "message", message: { id: userMessageId, text: "again" } },
  });
  const results = await Promise.allSettled([
    storage.runs.append(other.lease, other.say("a"), leaseMs),
    storage.runs.createRun(twice),
    storage.runs.append(other.lease, other.say("b"), leaseMs),
  ]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.equal((await storedLog(storage, other.run.runId)).length, 5);
  assert.equal(await storage.runs.run(twice.runId), null);
  const found = await storage.conversations.get(conversationId, alice);
  assert.equal(found?.conversation.activeRunId, undefined);
  await storage.close();
});

test("6.1 while another process holds the lock, writes wait without stopping the process, then succeed", async () => {
  const dir = newDir();
  const storage = openSqlite({ dir });
  const writer = await running(storage);
  const locker = new DatabaseSync(file(dir));
  locker.exec("begin immediate");
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 1);
  const saved = storage.runs.append(writer.lease, writer.say("a"), leaseMs);
  let isSaved = false;
  void saved.then(() => (isSaved = true));
  while (turns < 10) await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await storedLog(storage, writer.run.runId)).length, 3);
  assert.equal(isSaved, false);
  locker.exec("rollback");
  assert.equal((await saved).kind, "ok");
  clearInterval(turning);
  locker.close();
  await storage.close();
});

test("a lock that is held too long makes the store unavailable, and only until it is released", async () => {
  const dir = newDir();
  await openSqlite({ dir }).close();
  const storage = createSqliteStorage(openDatabase(file(dir)), {
    now: Date.now,
    pollMs: 500,
    busyTimeoutMs: 30,
  });
  const writer = await running(storage);
  const locker = new DatabaseSync(file(dir));
  locker.exec("begin immediate");
  const events = writer.say("a");
  const unavailable = { name: "StorageError", code: "unavailable" };
  await assert.rejects(storage.runs.append(writer.lease, events, leaseMs), unavailable);
  locker.exec("rollback");
  assert.equal((await storage.runs.append(writer.lease, events, leaseMs)).kind, "ok");
  locker.close();
  await storage.close();
});

test("who waited for a write goes on before those whom its commit wakes, and both see it", async () => {
  const db = openDatabase();
  const wakes = createLatch();
  const order: string[] = [];
  const transactions = createTransactions(db, { busyTimeoutMs: 100, onCommit: () => wakes.set() });
  const rows = () => Number(db.prepare("select count(*) as count from t").get()?.count);
  await transactions.write(() => db.exec("create table t (a)"));
  const woken = wakes.wait().then(() => order.push(`woken: ${rows()}`));
  const written = transactions
    .write((changed) => {
      db.exec("insert into t values (1)");
      changed("a run");
    })
    .then(() => order.push(`written: ${rows()}`));
  await Promise.all([written, woken]);
  assert.deepEqual(order, ["written: 1", "woken: 1"]);
  await transactions.close();
  db.close();
});

test("whoever asked for a stop goes on before its readers read, however many awaits lead back to it", async () => {
  const storage = openSqlite({ dir: ":memory:" });
  const { runId } = (await running(storage)).run;
  await new Promise((resolve) => setImmediate(resolve));
  const latch = createLatch();
  const subscription = storage.runs.subscribe(runId, latch);
  const order: string[] = [];
  const read = latch.wait().then(() => order.push("a reader reads"));
  const through = async (awaits: number): Promise<unknown> =>
    awaits === 0 ? storage.runs.requestStop(runId, "user") : await through(awaits - 1);
  const stopped = through(20).then(() => order.push("the run is stopped"));
  await Promise.all([read, stopped]);
  assert.deepEqual(order, ["the run is stopped", "a reader reads"]);
  subscription.unsubscribe();
  latch.close();
  await storage.close();
});

test("text is on its way to its readers before its writer goes on", async () => {
  const storage = openSqlite({ dir: ":memory:" });
  const writer = await running(storage);
  await new Promise((resolve) => setImmediate(resolve));
  const latch = createLatch();
  const subscription = storage.runs.subscribe(writer.run.runId, latch);
  const order: string[] = [];
  const read = latch.wait().then(() => order.push("a reader reads"));
  const through = async (awaits: number): Promise<unknown> =>
    awaits === 0 ? storage.runs.append(writer.lease, writer.say("a"), leaseMs) : await through(awaits - 1);
  const written = through(3).then(() => order.push("the writer goes on"));
  await Promise.all([read, written]);
  assert.deepEqual(order, ["a reader reads", "the writer goes on"]);
  subscription.unsubscribe();
  latch.close();
  await storage.close();
});

const both = ["the reader", "the writer"];
for (const [what, kind, order] of [
  ["readers of what was appended have read before who appended it goes on", "append", both],
  ["who has ended a run goes on before its readers see the end", "finish", both.toReversed()],
] as const)
  test(`${what}, however many awaits there are`, async () => {
    const storage = openSqlite({ dir: ":memory:" });
    const writer = await running(storage);
    await new Promise((resolve) => setImmediate(resolve));
    const latch = createLatch();
    const subscription = storage.runs.subscribe(writer.run.runId, latch);
    const seen: string[] = [];
    const through = async (awaits: number): Promise<unknown> =>
      awaits === 0 ? undefined : through(awaits - 1);
    const read = latch.wait().then(async () => {
      if (kind === "append") await through(20);
      seen.push("the reader");
    });
    const write = async () => {
      if (kind === "append") await storage.runs.append(writer.lease, writer.say("a"), leaseMs);
      else await finished(storage, writer, finish()).then(() => through(20));
      seen.push("the writer");
    };
    await Promise.all([read, write()]);
    assert.deepEqual(seen, order);
    subscription.unsubscribe();
    latch.close();
    await storage.close();
  });
