import assert from "node:assert/strict";
import { test } from "node:test";
import { createWriteThroughTail } from "#lib/storage/kv/write-through-tail.ts";
import type { ReadResult } from "#lib/storage/run-store.ts";
import { openDatabase } from "#lib/storage/sqlite/open-database.ts";
import { createSqliteStorage } from "#lib/storage/sqlite/sqlite-storage.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { alice, createRunWriter, finished, holder, leaseMs, running } from "../../../contract/scenario.ts";
import { finish } from "../../../support/event-builders.ts";

/**
 * Over a store that counts what it is asked, and whose appends can be made to fail after they were stored.
 */
async function opened() {
  const storage = createSqliteStorage(openDatabase(), { now: Date.now, pollMs: 500 });
  const state = { now: 1000, reads: 0, notified: 0, loses: false, shorter: 0, onNotified() {} };
  const { runs, acceptNotice } = createWriteThroughTail(
    {
      ...storage.runs,
      append: async (...args) => {
        const answer = await storage.runs.append(...args);
        if (state.loses) throw new Error("no answer");
        return answer;
      },
      heartbeat: async (...args) => {
        const answer = await storage.runs.heartbeat(...args);
        return { ...answer, head: answer.head - state.shorter };
      },
      read: (...args) => {
        state.reads += 1;
        return storage.runs.read(...args);
      },
    },
    {
      now: () => state.now,
      onAppend() {
        state.notified += 1;
        state.onNotified();
      },
    },
  );
  const mine: Storage = { ...storage, runs };
  return { storage, mine, acceptNotice, state, writer: await running(mine) };
}

const seqs = (read: ReadResult | null): number[] =>
  read && !read.gone ? read.entries.map(({ seq }) => seq) : [];

test("while the lease holds, what was appended here is read here; when it has lapsed the store is asked", async () => {
  const { mine, state, writer } = await opened();
  const read = async (seq: number) => seqs(await mine.runs.read(writer.run.runId, { seq, epoch: 1 }, 9));
  await mine.runs.append(writer.lease, writer.say("a", "b"), leaseMs);
  assert.deepEqual([await read(3), await read(4), state.reads, state.notified], [[4, 5], [5], 0, 2]);
  state.now += leaseMs - 1;
  assert.deepEqual([await read(4), state.reads], [[5], 0]);
  state.now += 1;
  assert.deepEqual([await read(4), state.reads], [[5], 1]);
  await mine.runs.append(writer.lease, writer.say("c"), leaseMs);
  // What the cursor is held against is not known here any more: once the store says so.
  assert.deepEqual([await read(5), state.reads], [[6], 2]);
  await mine.runs.append(writer.lease, writer.say("d"), leaseMs);
  assert.deepEqual([await read(6), state.reads], [[7], 2]);
});

test("what another holder wrote after the lease had lapsed is read, whether a notice of it came or not", async () => {
  const { storage, mine, state, writer } = await opened();
  await mine.runs.append(writer.lease, writer.say("a"), leaseMs);
  state.now += leaseMs;
  const lease = await storage.runs.claim(writer.run.runId, "other", 1, leaseMs, holder(2), holder(1));
  assert.ok(lease);
  const other = createRunWriter(writer.run, lease, writer.state);
  await storage.runs.append(lease, other.say("b"), leaseMs);
  assert.deepEqual(seqs(await mine.runs.read(writer.run.runId, { seq: 4 }, 9)), [5]);
  assert.equal((await mine.runs.append(writer.lease, writer.say("c"), leaseMs)).kind, "fenced");
  assert.deepEqual(seqs(await mine.runs.read(writer.run.runId, { seq: 4 }, 9)), [5]);
});

test("a stop, an end, a hand-over and an append without an answer leave the word to the store", async () => {
  const ways: [string, (world: Awaited<ReturnType<typeof opened>>) => Promise<unknown>][] = [
    ["a stop here", ({ mine, writer }) => mine.runs.requestStop(writer.run.runId, alice)],
    [
      "a stop elsewhere",
      async ({ storage, acceptNotice, writer }) => {
        await storage.runs.requestStop(writer.run.runId, alice);
        assert.ok(acceptNotice(writer.run.runId, "stop"));
      },
    ],
    [
      "a stop elsewhere of which no notice came",
      async ({ storage, mine, writer }) => {
        await storage.runs.requestStop(writer.run.runId, alice);
        await mine.runs.append(writer.lease, writer.say("b"), leaseMs);
      },
    ],
    ["an end", ({ mine, writer }) => finished(mine, writer, finish())],
    ["a hand-over", ({ mine, writer }) => mine.runs.suspend(writer.lease, "queued")],
    [
      "an append without an answer",
      async ({ mine, writer, state }) => {
        state.loses = true;
        await assert.rejects(mine.runs.append(writer.lease, writer.say("b"), leaseMs));
      },
    ],
    [
      "a heartbeat that says that another has it",
      async ({ storage, mine, writer }) => {
        await storage.runs.claim(writer.run.runId, "other", 1, leaseMs, holder(2), holder(1));
        assert.equal((await mine.runs.heartbeat(writer.lease, leaseMs)).kind, "fenced");
      },
    ],
    [
      "a heartbeat that knows of less than was written",
      async ({ mine, writer, state }) => {
        state.shorter = 1;
        assert.equal((await mine.runs.heartbeat(writer.lease, leaseMs)).kind, "ok");
      },
    ],
    [
      "a line that was made again",
      async ({ acceptNotice, writer }) => assert.ok(acceptNotice(writer.run.runId)),
    ],
  ];
  for (const [what, happens] of ways) {
    const world = await opened();
    const { storage, mine, state, writer } = world;
    await mine.runs.append(writer.lease, writer.say("a"), leaseMs);
    const { notified } = state;
    await happens(world);
    if (/append|heartbeat|no notice/.test(what))
      assert.ok(state.notified > notified, `${what}: its readers look`);
    const read = await mine.runs.read(writer.run.runId, { seq: 0 }, 9);
    assert.equal(state.reads, 1, what);
    assert.deepEqual(
      { ...read, leaseLeft: 0 },
      { ...(await storage.runs.read(writer.run.runId, { seq: 0 }, 9)), leaseLeft: 0 },
      what,
    );
  }
});

test("the notice of its own append is no news; before the first one here, and without a lease, it is", async () => {
  const { storage, mine, acceptNotice, state, writer } = await opened();
  assert.equal(acceptNotice(writer.run.runId, "log"), false);
  state.now += leaseMs;
  assert.equal(acceptNotice(writer.run.runId, "log"), true);
  const other = await running(storage);
  assert.equal(acceptNotice(other.run.runId, "log"), true);
  await mine.runs.append(writer.lease, writer.say("a"), leaseMs);
  assert.equal(acceptNotice(writer.run.runId, "log"), false);
});

test("W5 readers that an append wakes have read before who appended it goes on", async () => {
  const { mine, state, writer } = await opened();
  const order: string[] = [];
  state.onNotified = () => process.nextTick(() => queueMicrotask(() => order.push("a reader has read")));
  await mine.runs.append(writer.lease, writer.say("a"), leaseMs);
  order.push("the writer goes on");
  assert.deepEqual(order, ["a reader has read", "the writer goes on"]);
});
