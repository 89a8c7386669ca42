import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createLatch, type Latch } from "#lib/async/latch.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { startStoreProcess } from "../../../contract/remote-storage.ts";
import { leaseMs, metaOf, running } from "../../../contract/scenario.ts";
import { waitUntil } from "../../../support/wait-until.ts";
import { newDir } from "./temporary-store.ts";

const maxWaitMs = 1000;

function subscribed({ runs }: Storage, runId: string): { latch: Latch; unsubscribe(): void } {
  const latch = createLatch();
  return { latch, unsubscribe: runs.subscribe(runId, latch).unsubscribe };
}

test("6.1 another process's commit is notified by the wake file, long before the poll", async (t) => {
  await subscribeAcross(t, { pollMs: 60_000 });
});

test("6.1 the poll makes up for a notification by the wake file that is lost", async (t) => {
  await subscribeAcross(t, { pollMs: 10, loseWakeFile: true });
});

async function subscribeAcross(
  t: TestContext,
  { pollMs, loseWakeFile = false }: { pollMs: number; loseWakeFile?: boolean },
): Promise<void> {
  const dir = newDir();
  const other = startStoreProcess();
  t.after(() => other.end());
  const there = await other.open(dir, Date.now);
  const writer = await running(there);
  // What is opened after this is a file of another name to the writer.
  if (loseWakeFile) rmSync(join(dir, "rivulet.wake"));
  const here = openSqlite({ dir, pollMs });
  t.after(() => here.close());
  const { latch, unsubscribe } = subscribed(here, writer.run.runId);
  for (let at = 0; at < 20; at += 1) {
    const notified = latch.wait(maxWaitMs);
    await there.runs.append(writer.lease, writer.say(`${at}`), leaseMs);
    assert.ok(await notified);
    assert.equal((await metaOf(here, writer.run)).head, 4 + at);
  }
  unsubscribe();
}

test("6 nothing is watched before the first subscription, nor after the last", async (t) => {
  const storage = openSqlite({ dir: newDir() });
  t.after(() => storage.close());
  const { run } = await running(storage);
  const open = (kind: string) => process.getActiveResourcesInfo().filter((name) => name === kind).length;
  const both = () => [open("FSEventWrap"), open("Timeout")];
  const [watches = 0, timers = 0] = both();
  const [first, second] = [subscribed(storage, run.runId), subscribed(storage, run.runId)];
  assert.deepEqual(both(), [watches + 1, timers + 1]);
  first.unsubscribe();
  assert.deepEqual(both(), [watches + 1, timers + 1]);
  second.unsubscribe();
  assert.equal(open("Timeout"), timers);
  // The system releases a closed watch a turn later.
  await waitUntil("the watch is closed", () => open("FSEventWrap") === watches);
});

test("6.1 another process's commit notifies only the runs that it changed", async (t) => {
  const dir = newDir();
  const [here, there] = [openSqlite({ dir }), openSqlite({ dir })];
  for (const store of [here, there]) t.after(() => store.close());
  const [loud, quiet] = [await running(there), await running(there)];
  const [changed, unchanged] = [subscribed(here, loud.run.runId), subscribed(here, quiet.run.runId)];
  const change = async () => {
    const notified = changed.latch.wait(maxWaitMs);
    await there.runs.append(loud.lease, loud.say("a"), leaseMs);
    assert.ok(await notified);
  };
  // The first commit after a subscription notifies all: what they looked like before is not known.
  await change();
  assert.ok(await unchanged.latch.wait(maxWaitMs));
  for (let at = 0; at < 3; at += 1) await change();
  assert.equal(await unchanged.latch.wait(0), false);
  for (const { unsubscribe } of [changed, unchanged]) unsubscribe();
});
