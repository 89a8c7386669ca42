import assert from "node:assert/strict";
import { createLatch, type Latch } from "#lib/async/latch.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import type { Lease, Subscription } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { finish } from "../../support/event-builders.ts";
import { alice, asked, claimed, finished, leaseMs, running, storedLog } from "../scenario.ts";
import type { Case, Opened } from "../subject.ts";

/** Far longer than any notification needs: a lost one fails the test instead of hanging it. */
const maxWaitMs = 5000;

/** docs/protocol.md 5.5, 6: being notified that a run may have changed. */
export const notifying: readonly Case[] = [
  [
    "6 an append, a stop, the end, a claim and a suspension are notified, on both sides of the store",
    async (opened) => {
      for (const listener of await sides(opened)) {
        const writer = await running(opened.storage);
        const { runId } = writer.run;
        const changes = [
          async () => void (await opened.storage.runs.append(writer.lease, writer.say("a"), leaseMs)),
          async () => void (await opened.storage.runs.requestStop(runId, alice)),
        ];
        for (const change of changes) await assertNotified(listener, runId, change);
        const other = await running(opened.storage);
        await assertNotified(listener, other.run.runId, () => finished(opened.storage, other, finish()));
        const run = await asked(opened.storage);
        let lease: Lease | undefined;
        await assertNotified(
          listener,
          run.runId,
          async () => void (lease = await claimed(opened.storage, run)),
        );
        assert.ok(lease);
        const held = lease;
        await assertNotified(
          listener,
          run.runId,
          async () => void (await opened.storage.runs.suspend(held, "queued")),
        );
      }
    },
  ],
  [
    "5.5 who waits for a stop only is notified of it, whatever else it is spared",
    async (opened) => {
      for (const listener of await sides(opened)) {
        const writer = await running(opened.storage);
        const { runId } = writer.run;
        const { latch, unsubscribe } = subscribe(listener, runId, "stop");
        await opened.storage.runs.append(writer.lease, writer.say("a"), leaseMs);
        await opened.storage.runs.requestStop(runId, alice);
        do await notified(latch);
        while (!(await listener.runs.run(runId))?.stop);
        unsubscribe();
      }
    },
  ],
  [
    "6 a change between the subscription and the first wait is not missed",
    async (opened) => {
      for (const listener of await sides(opened)) {
        const writer = await running(opened.storage);
        const { latch, unsubscribe } = subscribe(listener, writer.run.runId);
        await opened.storage.runs.append(writer.lease, writer.say("a"), leaseMs);
        await notified(latch);
        unsubscribe();
      }
    },
  ],
  [
    "6 a latch is left alone once it is unsubscribed, and the others of the run go on being notified",
    async ({ storage }) => {
      const writer = await running(storage);
      const { runId } = writer.run;
      const leaving = subscribe(storage, runId);
      const staying = [1, 2].map(() => subscribe(storage, runId));
      await storage.runs.append(writer.lease, writer.say("a"), leaseMs);
      for (const { latch } of [leaving, ...staying]) await notified(latch);
      leaving.unsubscribe();
      // What was set before that may still be told.
      await leaving.latch.wait(0);
      await storage.runs.append(writer.lease, writer.say("b"), leaseMs);
      for (const { latch, unsubscribe } of staying) {
        await notified(latch);
        unsubscribe();
      }
      assert.equal(await leaving.latch.wait(0), false);
      assert.equal(leaving.latch.isClosed, false);
    },
  ],
  [
    "5.2 a reader that reads at each notification sees every event once, in order, to the end",
    async (opened) => {
      for (const listener of await sides(opened)) {
        const writer = await running(opened.storage);
        const seen = follow(listener, writer.run.runId);
        for (let at = 0; at < 40; at += 1) {
          await opened.storage.runs.append(writer.lease, writer.say(`${at}`), leaseMs);
          if (at % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        await finished(opened.storage, writer, finish());
        assert.deepEqual(await seen, await storedLog(opened.storage, writer.run.runId));
      }
    },
  ],
  [
    "6.4 what the holder says of durability reaches all readers in its process, those that come later too",
    async ({ storage }) => {
      // Its calls go to two processes in turn.
      if (storage.name === "both") return;
      const { run } = await running(storage);
      const [first, stops] = [subscribe(storage, run.runId), subscribe(storage, run.runId, "stop")];
      const other = subscribe(storage, (await asked(storage)).runId);
      assert.equal(first.durability, undefined);
      for (const durability of ["ok", "delayed", "ok", undefined] as const) {
        storage.runs.notify(run.runId, durability);
        const late = subscribe(storage, run.runId);
        assert.deepEqual(
          [first, stops, late, other].map((each) => each.durability),
          [durability, durability, durability, undefined],
        );
        await notified(first.latch);
        late.unsubscribe();
      }
      for (const { unsubscribe } of [first, stops, other]) unsubscribe();
    },
  ],
  [
    "6.4 what the holder says of durability is not known in another process",
    async ({ storage, another }) => {
      if (!another) return;
      const { run } = await running(storage);
      storage.runs.notify(run.runId, "delayed");
      const there = subscribe(await another(), run.runId);
      assert.equal(there.durability, undefined);
      there.unsubscribe();
      storage.runs.notify(run.runId, undefined);
    },
  ],
  [
    "6 a store that closes closes the latches of its subscribers",
    async ({ another }) => {
      if (!another) return;
      const storage = await another();
      const { run } = await running(storage);
      const { latch } = subscribe(storage, run.runId);
      await storage.close();
      while (await latch.wait(maxWaitMs));
      assert.ok(latch.isClosed);
    },
  ],
];

const sides = async ({ storage, another }: Opened): Promise<Storage[]> =>
  another ? [storage, await another()] : [storage];

interface Subscriber extends Subscription {
  latch: Latch;
}

function subscribe({ runs }: Storage, runId: string, only?: "stop"): Subscriber {
  const latch = createLatch();
  const subscription = runs.subscribe(runId, latch, only);
  return {
    latch,
    unsubscribe: subscription.unsubscribe,
    get durability() {
      return subscription.durability;
    },
  };
}

const notified = async (latch: Latch): Promise<void> =>
  assert.ok(await latch.wait(maxWaitMs), `not notified within ${maxWaitMs} ms`);

async function assertNotified(listener: Storage, runId: string, change: () => Promise<void>): Promise<void> {
  const { latch, unsubscribe } = subscribe(listener, runId);
  const before = JSON.stringify(await listener.runs.run(runId));
  await change();
  // A notification is a hint: an early one is followed by another after the change.
  do await notified(latch);
  while (JSON.stringify(await listener.runs.run(runId)) === before);
  unsubscribe();
}

async function follow(storage: Storage, runId: string): Promise<unknown[]> {
  const { latch, unsubscribe } = subscribe(storage, runId);
  const seen: unknown[] = [];
  for (;;) {
    const read = await storage.runs.read(runId, { seq: seen.length }, 10);
    assert.ok(read && !read.gone);
    seen.push(...read.entries.map(({ json }) => JSON.parse(json)));
    if (seen.length < read.head) continue;
    if (isEnded(read.status)) break;
    await notified(latch);
  }
  unsubscribe();
  return seen;
}
