import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { readLiveRun } from "#lib/runs/read-live-run.ts";
import type { RunStore } from "#lib/storage/run-store.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import { alice, leaseMs, running } from "../../contract/scenario.ts";
import {
  progress,
  textDelta,
  toolApprovalRequest,
  toolApprovalResponse,
  toolInputAvailable,
  toolInputStart,
} from "../../support/event-builders.ts";

/** A live run, and what is read of the store on the way. */
async function writing() {
  const storage = openSqlite({ dir: ":memory:" });
  const read: string[] = [];
  const runs: RunStore = {
    ...storage.runs,
    snapshot: (runId) => (read.push("whole"), storage.runs.snapshot(runId)),
    open: async (...asked) => {
      const opened = await storage.runs.open(...asked);
      if (opened && !opened.read.gone) read.push(`${opened.read.entries.length} new`);
      return opened;
    },
  };
  const writer = await running(storage);
  const { runId } = writer.run;
  return {
    storage,
    write: (...bodies: EventBody[]) => storage.runs.append(writer.lease, writer.write(...bodies), leaseMs),
    look: (userId = alice) => readLiveRun(runs, runId, userId),
    readSince: () => read.splice(0),
  };
}

test("a run that is asked for again and again is read once, and then only what is new of it", async () => {
  const { storage, write, look, readSince } = await writing();
  await write(progress("one", 1, 3));
  assert.equal((await look())?.progress?.progress, 1);
  assert.deepEqual(readSince(), ["whole"]);
  assert.equal((await look())?.progress?.progress, 1);
  await write(textDelta("a"), progress("two", 2, 3), textDelta('"type":"progress"'));
  const found = await look();
  assert.deepEqual([found?.progress?.message, found?.run.status], ["two", "running"]);
  assert.deepEqual(readSince(), ["0 new", "3 new"]);
  assert.equal((await look())?.progress?.message, "two");
  assert.deepEqual(readSince(), ["0 new"]);
  await storage.close();
});

test("what it waits for is as the whole of it says, from the question to its answer", async () => {
  const { storage, write, look, readSince } = await writing();
  assert.deepEqual((await look())?.awaits, []);
  const call = [
    toolInputStart("c", "wait_for_event"),
    toolInputAvailable("c", "wait_for_event", { event: "word" }),
  ];
  await write(...call, toolApprovalRequest("c"));
  assert.deepEqual((await look())?.awaits, ["word"]);
  assert.deepEqual((await look())?.awaits, ["word"]);
  await write({ ...toolApprovalResponse(), approvalId: "c:1" });
  readSince();
  await look();
  assert.deepEqual(readSince(), ["1 new", "whole"]);
  await storage.close();
});

test("after more than can be read one by one the whole of it is read; another user's is none", async () => {
  const { storage, write, look, readSince } = await writing();
  await look();
  readSince();
  await write(...Array.from({ length: 600 }, () => textDelta("a")), progress("last"));
  assert.equal((await look())?.progress?.message, "last");
  assert.deepEqual(readSince(), ["500 new", "whole"]);
  assert.equal(await look("bob"), undefined);
  await storage.close();
});
