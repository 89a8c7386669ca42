import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { createLatch } from "#lib/async/latch.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { startStoreProcess } from "../../contract/remote-storage.ts";
import { alice, asked, leaseMs, metaOf, running, storedLog } from "../../contract/scenario.ts";
import { numbered, textDelta } from "../../support/event-builders.ts";
import { edit, newDir } from "./sqlite/temporary-store.ts";

test("6.1 two processes that append at once get no errors and lose nothing", async () => {
  const dir = newDir();
  const other = startStoreProcess();
  const stores = [openSqlite({ dir }), await other.open(dir, Date.now)];
  const writers = await Promise.all(stores.flatMap((storage) => [running(storage), running(storage)]));
  const write = async (storage: Storage | undefined, writer: (typeof writers)[number]) => {
    for (let at = 0; at < 150; at += 1) {
      const answer = await storage?.runs.append(writer.lease, writer.say("a", "b"), leaseMs);
      assert.equal(answer?.kind, "ok");
    }
  };
  await Promise.all(writers.map((writer, at) => write(stores[Math.floor(at / 2)], writer)));
  for (const storage of stores) {
    for (const { run } of writers) assert.equal((await storedLog(storage, run.runId)).length, 303);
    await storage.close();
  }
  await other.end();
});

test("processes that open a new directory at the same time all get the store", async () => {
  const dir = newDir();
  const others = [1, 2, 3].map(startStoreProcess);
  const stores = await Promise.all(others.map((other) => other.open(dir, Date.now)));
  const runs = await Promise.all(stores.map((storage) => asked(storage)));
  for (const storage of stores) for (const run of runs) await metaOf(storage, run);
  await Promise.all(others.map((other) => other.end()));
});

test("a writer killed in the middle of its appends leaves every acknowledged event, and a whole log", async () => {
  for (const after of [1, 20, 60]) {
    const dir = newDir();
    const other = startStoreProcess();
    const there = await other.open(dir, Date.now);
    const writer = await running(there);
    let acknowledged = 3;
    const enough = Promise.withResolvers<void>();
    const append = async () => {
      const { head } = await there.runs.append(writer.lease, writer.say("a", "b", "c"), leaseMs);
      acknowledged = Math.max(acknowledged, head);
      if (acknowledged > after) enough.resolve();
    };
    const all = Promise.all(Array.from({ length: 100 }, append));
    await Promise.race([enough.promise, all]);
    process.kill(other.pid, "SIGKILL");
    const storage = openSqlite({ dir });
    const log = await storedLog(storage, writer.run.runId);
    assert.ok(log.length >= acknowledged, `${log.length} of ${acknowledged} acknowledged`);
    assert.equal(log.length % 3, 0);
    assert.equal(
      edit(dir, (db) => db.prepare("pragma integrity_check").get()?.integrity_check),
      "ok",
    );
    const { head, status } = await metaOf(storage, writer.run);
    assert.deepEqual([head, status], [log.length, "running"]);
    await storage.close();
  }
});

test("close waits for the writes before it, closes the latches of subscribers, and lets nothing in after", async () => {
  const dir = newDir();
  const storage = openSqlite({ dir });
  const writer = await running(storage);
  const latch = createLatch();
  storage.runs.subscribe(writer.run.runId, latch);
  const saved = storage.runs.append(writer.lease, writer.say("a"), leaseMs);
  const closing = [storage.close(), storage.close()];
  const closed = { name: "StorageError", code: "unavailable", message: /closed/ };
  await assert.rejects(storage.runs.append(writer.lease, writer.say("b"), leaseMs), closed);
  await assert.rejects(storage.runs.run(writer.run.runId), closed);
  await Promise.all(closing);
  assert.equal((await saved).kind, "ok");
  // The append was notified before the end came.
  assert.deepEqual([await latch.wait(), await latch.wait(), latch.isClosed], [true, false, true]);
  const again = openSqlite({ dir });
  assert.equal((await storedLog(again, writer.run.runId)).length, 4);
  await again.close();
});

test("a process with a closed store, or with one that nobody listens to, ends by itself", async () => {
  const path = new URL("../../../lib/storage/sqlite.ts", import.meta.url);
  for (const last of ["await s.close()", "await s.ping()"]) {
    const script = `
      import { createLatch } from ${JSON.stringify(new URL("../async/latch.ts", path).href)};
      import { openSqlite } from ${JSON.stringify(path.href)};
      const s = openSqlite({ dir: ${JSON.stringify(newDir())} });
      const latch = createLatch();
      const { unsubscribe } = s.runs.subscribe("r", latch);
      if (${last.includes("ping")}) { unsubscribe(); latch.close(); }
      ${last}; await latch.wait(); console.log("done");`;
    const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      timeout: 10_000,
    });
    assert.equal((await run).stdout, "done\n");
  }
});

test("5 a live run that is not its conversation's active one is claimable only to be stopped", async () => {
  const dir = newDir();
  const storage = openSqlite({ dir });
  const { runId } = await asked(storage);
  const ids = async () => (await storage.runs.claimable(10)).map((run) => run.runId);
  assert.deepEqual(await ids(), [runId]);
  edit(dir, (db) => db.exec("update conversations set active_run_id = null"));
  assert.deepEqual(await ids(), []);
  await storage.runs.requestStop(runId, alice);
  assert.deepEqual(await ids(), [runId]);
  await storage.close();
});

test("two stores in memory share nothing", async () => {
  const [one, two] = [openSqlite({ dir: ":memory:" }), openSqlite({ dir: ":memory:" })];
  const run = await asked(one);
  assert.equal(await two.runs.run(run.runId), null);
  assert.equal(one.name, "memory");
  await one.close();
  await two.close();
});

test("a huge event is stored, and the log is still read in order", async () => {
  const storage = openSqlite({ dir: ":memory:" });
  const writer = await running(storage);
  const { runId } = writer.run;
  const events = numbered([textDelta("é".repeat(2_000_000)), textDelta("b")], { runId, startAt: 4 });
  await storage.runs.append(writer.lease, events, leaseMs);
  assert.deepEqual((await storedLog(storage, runId)).slice(3), events);
  await storage.close();
});
