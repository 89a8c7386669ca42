import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { startStoreProcess } from "../../../contract/remote-storage.ts";
import { leaseMs, metaOf, running } from "../../../contract/scenario.ts";
import { newDir } from "./temporary-store.ts";

test("6.1 another process's commit rings the bell by the wake file, long before the poll", async () => {
  await listenAcross({ pollMs: 60_000 });
});

test("6.1 a wake notice that is lost is made up for by the poll", async () => {
  await listenAcross({ pollMs: 10, loseWakeFile: true });
});

async function listenAcross({
  pollMs,
  loseWakeFile,
}: {
  pollMs: number;
  loseWakeFile?: boolean;
}): Promise<void> {
  const dir = newDir();
  const other = startStoreProcess();
  const there = await other.open(dir, Date.now);
  const pen = await running(there);
  // What is opened after this is a file of another name to the writer.
  if (loseWakeFile) rmSync(join(dir, "rivulet.wake"));
  const here = openSqlite({ dir, pollMs });
  const abort = new AbortController();
  const bell = here.runs.bell(pen.run.runId, abort.signal)[Symbol.asyncIterator]();
  for (let at = 0; at < 20; at += 1) {
    const rung = bell.next();
    const began = performance.now();
    await there.runs.append(pen.lease, pen.say(`${at}`), leaseMs);
    await rung;
    assert.ok(performance.now() - began < 1000);
    assert.equal((await metaOf(here, pen.run)).head, 4 + at);
  }
  abort.abort();
  await here.close();
  await other.end();
}

test("6 rings that nobody waited for count as one", async () => {
  const storage = openSqlite({ dir: ":memory:" });
  const pen = await running(storage);
  const abort = new AbortController();
  const bell = storage.runs.bell(pen.run.runId, abort.signal)[Symbol.asyncIterator]();
  for (let at = 0; at < 5; at += 1) await storage.runs.append(pen.lease, pen.say("a"), leaseMs);
  await bell.next();
  let rung = false;
  const second = bell.next().then(({ done }) => (rung = !done));
  await storage.runs.heartbeat(pen.lease, leaseMs);
  assert.equal(rung, false);
  await storage.runs.append(pen.lease, pen.say("a"), leaseMs);
  assert.equal(await second, true);
  abort.abort();
  await storage.close();
});

test("6 a bell leaves no listener, watcher or timer behind, however it ends", async () => {
  const storage = openSqlite({ dir: newDir() });
  const pen = await running(storage);
  const { runId } = pen.run;
  const open = () =>
    process.getActiveResourcesInfo().filter((name) => name === "FSEventWrap" || name === "Timeout");
  const before = open();
  const abort = new AbortController();
  const listening = () => getEventListeners(abort.signal, "abort").length;
  storage.runs.bell(runId, abort.signal);
  assert.ok(open().length > before.length);
  for await (const _ of ringing(storage, pen, abort.signal)) break;
  assert.equal(listening(), 1);
  abort.abort();
  storage.runs.bell(runId, abort.signal);
  assert.equal(listening(), 0);
  // The system lets go of a closed watch a turn later.
  while (open().length > before.length) await new Promise((resolve) => setImmediate(resolve));
  await storage.close();
});

function ringing(storage: Storage, pen: Awaited<ReturnType<typeof running>>, signal: AbortSignal) {
  const bell = storage.runs.bell(pen.run.runId, signal);
  void storage.runs.append(pen.lease, pen.say("a"), leaseMs);
  return bell;
}

test("6.1 another process's commit rings only the runs that it changed", async () => {
  const dir = newDir();
  const [here, there] = [openSqlite({ dir }), openSqlite({ dir })];
  const [loud, quiet] = [await running(there), await running(there)];
  const abort = new AbortController();
  const [heard, unheard] = [loud, quiet].map(({ run }) => {
    return here.runs.bell(run.runId, abort.signal)[Symbol.asyncIterator]();
  });
  assert.ok(heard && unheard);
  const ring = async () => {
    const rung = heard.next();
    await there.runs.append(loud.lease, loud.say("a"), leaseMs);
    await rung;
  };
  // The first commit after listening began rings all: what they looked like before is not known.
  await ring();
  await unheard.next();
  let rings = 0;
  void unheard.next().then(({ done }) => (rings += done ? 0 : 1));
  for (let at = 0; at < 3; at += 1) await ring();
  assert.equal(rings, 0);
  abort.abort();
  await here.close();
  await there.close();
});
