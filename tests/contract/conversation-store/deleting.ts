import assert from "node:assert/strict";
import { createLatch } from "#lib/async/latch.ts";
import { undoMs } from "#lib/protocol/limits.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { abort, error, finish } from "../../support/event-builders.ts";
import {
  alice,
  asked,
  claimed,
  createRunWriter,
  finished,
  holder,
  leaseMs,
  metaOf,
  newRun,
  running,
  storedLog,
} from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 3.6, 5.7: deleting, undoing it, and what goes on meanwhile. */
export const deleting: readonly Case[] = [
  [
    "5.7 a deleted conversation is neither found nor listed, by whatever process",
    async ({ storage, another }) => {
      const { conversationId } = await asked(storage);
      const kept = await asked(storage);
      assert.equal(await storage.conversations.remove(conversationId, alice), true);
      for (const reader of [storage, another ? await another() : storage]) {
        assert.equal(await reader.conversations.get(conversationId, alice), null);
        const { conversations } = await reader.conversations.list(alice, { limit: 10 });
        assert.deepEqual(
          conversations.map(({ id }) => id),
          [kept.conversationId],
        );
      }
    },
  ],
  [
    "3.9 what is not theirs can be neither deleted nor restored",
    async ({ storage }) => {
      const writer = await running(storage);
      const { conversationId } = writer.run;
      for (const [id, by] of [
        [conversationId, "bob"],
        [crypto.randomUUID(), alice],
      ] as const) {
        assert.equal(await storage.conversations.remove(id, by), false);
        assert.equal(await storage.conversations.restore(id, by), false);
      }
      assert.ok(await storage.conversations.get(conversationId, alice));
      assert.equal((await metaOf(storage, writer.run)).stop, undefined);
      await storage.conversations.remove(conversationId, alice);
      assert.equal(await storage.conversations.restore(conversationId, "bob"), false);
      assert.equal(await storage.conversations.get(conversationId, alice), null);
    },
  ],
  [
    "5.7 a deletion sets a stop on the live run in the same step; a stop that was there stays",
    async ({ storage }) => {
      const queued = await asked(storage);
      const live = await running(storage);
      const waiting = await running(storage);
      await storage.runs.suspend(waiting.lease, "waiting");
      const stopped = await running(storage);
      await storage.runs.requestStop(stopped.run.runId, alice, "enough");
      for (const { runId, conversationId } of [queued, live.run, waiting.run, stopped.run]) {
        assert.equal((await metaOf(storage, { runId })).deleted, false);
        await storage.conversations.remove(conversationId, alice);
        const { status, stop, deleted } = await metaOf(storage, { runId });
        assert.deepEqual([status, deleted], ["stopping", true]);
        const expected = runId === stopped.run.runId ? [alice, "enough"] : ["user", "deleted"];
        assert.deepEqual([stop?.by, stop?.reason], expected);
      }
      const claimable = await storage.runs.claimable(10);
      assert.ok(claimable.every(({ deleted }) => deleted));
      const free = [queued.runId, waiting.run.runId];
      assert.deepEqual(claimable.map(({ runId }) => runId).sort(), free.sort());
    },
  ],
  [
    "5.7 a run that was over stays as it ended",
    async ({ storage }) => {
      const writer = await running(storage);
      await finished(storage, writer, error());
      const before = await metaOf(storage, writer.run);
      await storage.conversations.remove(writer.run.conversationId, alice);
      assert.deepEqual(await metaOf(storage, writer.run), { ...before, deleted: true });
    },
  ],
  [
    "5.7 a deletion is notified, on both sides of the store",
    async ({ storage, another }) => {
      for (const listener of [storage, another ? await another() : storage]) {
        const { run } = await running(storage);
        const latch = createLatch();
        const { unsubscribe } = listener.runs.subscribe(run.runId, latch);
        await storage.conversations.remove(run.conversationId, alice);
        // A notification is a hint: an early one is followed by another after the change.
        do assert.ok(await latch.wait(5000));
        while (!(await listener.runs.run(run.runId))?.stop);
        unsubscribe();
      }
    },
  ],
  [
    "5.7 the holder writes on, is told of the stop, and brings the run to its end",
    async ({ storage }) => {
      const writer = await running(storage);
      const { runId, conversationId } = writer.run;
      await storage.conversations.remove(conversationId, alice);
      const { stop } = await metaOf(storage, writer.run);
      const answer = await storage.runs.append(writer.lease, writer.say("a"), leaseMs, writer.state);
      assert.deepEqual(answer, { kind: "ok", head: 4, stop });
      assert.deepEqual(await storage.runs.heartbeat(writer.lease, leaseMs), { kind: "ok", head: 4, stop });
      assert.equal((await storage.runs.snapshot(runId))?.fold?.seq, 4);
      const refused = createRunWriter(writer.run, writer.lease, writer.state).end(finish());
      assert.equal((await storage.runs.finish(writer.lease, refused.events, refused.end)).kind, "stopping");
      await finished(storage, writer, abort());
      assert.equal((await storedLog(storage, runId)).at(-1)?.type, "abort");
    },
  ],
  [
    "5.7 a queued run of a deleted conversation is claimed only to be stopped",
    async ({ storage }) => {
      const run = await asked(storage);
      await storage.conversations.remove(run.conversationId, alice);
      const lease = await storage.runs.claim(run.runId, "token", 0, leaseMs, holder(1));
      assert.deepEqual(
        [lease?.run.status, lease?.stop?.reason, lease?.run.deleted],
        ["stopping", "deleted", true],
      );
    },
  ],
  [
    "5.7 a deleted conversation is gone for its user, for a repeated question too, and not found for others",
    async ({ storage }) => {
      const fields = newRun();
      const run = await asked(storage, fields);
      const { conversationId, runId } = run;
      await storage.conversations.remove(conversationId, alice);
      const attempts = [
        fields,
        newRun({ conversationId }),
        newRun({ conversationId, ask: { kind: "retry", retryRunId: runId } }),
        newRun({ conversationId, ask: { kind: "continue", continueRunId: runId } }),
      ];
      for (const each of attempts) {
        assert.deepEqual(await storage.runs.createRun(each), { kind: "gone" });
        const theirs = { ...each, runId: crypto.randomUUID(), userId: "bob" };
        assert.deepEqual(await storage.runs.createRun(theirs), { kind: "not-found" });
      }
    },
  ],
  [
    "3.6 a deletion is undone within its time: all is back, and the run is stopped",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      const { conversationId, messageId } = writer.run;
      await storage.runs.append(writer.lease, writer.say("a"), leaseMs);
      await storage.conversations.remove(conversationId, alice);
      await advance(undoMs - 1);
      assert.equal(await storage.conversations.restore(conversationId, alice), true);
      const { status, stop, deleted } = await metaOf(storage, writer.run);
      assert.deepEqual([status, stop?.reason, deleted], ["stopping", "deleted", false]);
      const live = await storage.conversations.get(conversationId, alice);
      assert.equal(live?.active?.run.runId, writer.run.runId);
      await finished(storage, writer, abort());
      const found = await storage.conversations.get(conversationId, alice);
      assert.equal(found?.messages.at(-1)?.id, messageId);
      await asked(storage, { conversationId });
      const { conversations } = await storage.conversations.list(alice, { limit: 10 });
      assert.equal(conversations.length, 1);
    },
  ],
  [
    "3.6 after its time a deletion is not undone, purged or not; one that never was is there",
    async ({ storage, advance }) => {
      const { conversationId } = await asked(storage);
      const kept = await asked(storage);
      await storage.conversations.remove(conversationId, alice);
      await advance(undoMs);
      assert.equal(await storage.conversations.restore(conversationId, alice), false);
      assert.equal(await storage.conversations.get(conversationId, alice), null);
      assert.equal(await storage.conversations.restore(kept.conversationId, alice), true);
    },
  ],
  [
    "3.6 deleting and restoring can be repeated; deleting again gives no more time",
    async ({ storage, advance }) => {
      const { conversationId } = await asked(storage);
      const { remove, restore } = calls(storage, conversationId);
      for (let time = 0; time < 2; time += 1) {
        assert.deepEqual([await remove(), await remove()], [true, true]);
        assert.deepEqual([await restore(), await restore()], [true, true]);
      }
      await remove();
      await advance(undoMs - 1);
      assert.equal(await remove(), true);
      await advance(1);
      assert.equal(await restore(), false);
    },
  ],
  [
    "5.7 rows are purged when the conversation is deleted, its runs are over and the undo time has passed",
    async ({ storage, advance }) => {
      const over = await running(storage);
      await finished(storage, over, finish());
      const live = await running(storage);
      const kept = await running(storage);
      await finished(storage, kept, finish());
      for (const { run } of [over, live]) await storage.conversations.remove(run.conversationId, alice);
      await advance(undoMs - 1);
      assert.equal(await storage.runs.trim(), 0);
      await advance(1);
      assert.equal(await storage.runs.trim(), 1);
      assert.equal(await storage.runs.run(over.run.runId), null);
      assert.equal(await storage.conversations.remove(over.run.conversationId, alice), false);
      assert.ok(await storage.conversations.get(kept.run.conversationId, alice));
      await finished(storage, live, abort());
      assert.equal(await storage.runs.trim(), 1);
      assert.equal(await storage.runs.trim(), 0);
      assert.equal((await storage.runs.heartbeat(live.lease, leaseMs)).kind, "fenced");
    },
  ],
  [
    "5.7 one that was restored is not purged, however often it is trimmed",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      await finished(storage, writer, finish());
      const { remove, restore } = calls(storage, writer.run.conversationId);
      await remove();
      await restore();
      await advance(10 * undoMs);
      assert.equal(await storage.runs.trim(), 0);
      assert.ok(await storage.conversations.get(writer.run.conversationId, alice));
    },
  ],
  [
    "5.7 a deletion and an end at once: the run ends in one way, and nothing is lost by it",
    async ({ storage }) => {
      for (let round = 0; round < 10; round += 1) {
        const writer = await running(storage);
        const { events, end } = createRunWriter(writer.run, writer.lease, writer.state).end(finish());
        const { remove, restore } = calls(storage, writer.run.conversationId);
        const [, answer] = await inAnyOrder(round, remove, () =>
          storage.runs.finish(writer.lease, events, end),
        );
        const { status, stop } = await metaOf(storage, writer.run);
        if (answer?.kind === "ok") assert.deepEqual([status, stop], ["finished", undefined]);
        else assert.deepEqual([answer?.kind, status], ["stopping", "stopping"]);
        if (!isEnded(status)) await finished(storage, writer, abort());
        await restore();
        const found = await storage.conversations.get(writer.run.conversationId, alice);
        assert.deepEqual([found?.messages.length, found?.active], [2, undefined]);
      }
    },
  ],
  [
    "5.7 a deletion and an append, or a claim, at once: both happen, and the holder learns of the stop",
    async ({ storage }) => {
      for (let round = 0; round < 10; round += 1) {
        const writer = await running(storage);
        const events = writer.say("a");
        const append = () => storage.runs.append(writer.lease, events, leaseMs);
        const [, appended] = await inAnyOrder(
          round,
          calls(storage, writer.run.conversationId).remove,
          append,
        );
        assert.deepEqual([appended?.kind, appended?.head], ["ok", 4]);
        assert.equal((await storage.runs.heartbeat(writer.lease, leaseMs)).stop?.reason, "deleted");
        const run = await asked(storage);
        const claim = () => claimed(storage, run);
        const [, lease] = await inAnyOrder(round, calls(storage, run.conversationId).remove, claim);
        assert.ok(lease);
        assert.equal((await storage.runs.heartbeat(lease, leaseMs)).stop?.reason, "deleted");
        assert.equal((await metaOf(storage, run)).status, "stopping");
      }
    },
  ],
  [
    "5.7 a deletion and a new run at once: the run is refused, or made and stopped",
    async ({ storage }) => {
      for (let round = 0; round < 10; round += 1) {
        const writer = await running(storage);
        await finished(storage, writer, finish());
        const { conversationId } = writer.run;
        const create = () => storage.runs.createRun(newRun({ conversationId }));
        const [, created] = await inAnyOrder(round, calls(storage, conversationId).remove, create);
        if (created?.kind === "gone") continue;
        assert.ok(created?.kind === "created");
        assert.equal((await metaOf(storage, created.run)).stop?.reason, "deleted");
      }
    },
  ],
];

const calls = (storage: Storage, conversationId: string) => ({
  remove: () => storage.conversations.remove(conversationId, alice),
  restore: () => storage.conversations.restore(conversationId, alice),
});

/** Both at once, begun in turn by the one and the other. */
async function inAnyOrder<A, B>(
  round: number,
  one: () => Promise<A>,
  other: () => Promise<B>,
): Promise<[A, B]> {
  if (round % 2 === 0) return Promise.all([one(), other()]);
  const later = other();
  return Promise.all([one(), later]);
}
