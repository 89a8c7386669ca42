import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import { fold } from "#lib/protocol/fold.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import type { RunSnapshot } from "#lib/storage/run-store.ts";
import { finish } from "../../support/event-builders.ts";
import {
  alice,
  asked,
  claimed,
  createRunWriter,
  finished,
  holder,
  leaseMs,
  metaOf,
  running,
} from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 3.2, 3.5, 5, 5.4, 5.7: reading logs, and finding runs that need somebody. */
export const reading: readonly Case[] = [
  [
    "3.2 to open a run is to find it and to read its log after the cursor, at one moment",
    async ({ storage }) => {
      const writer = await running(storage);
      const { runId, userId } = writer.run;
      await storage.runs.append(writer.lease, writer.say("a", "b"), leaseMs);
      for (const after of [{ seq: 0 }, { seq: 2 }, { epoch: 1, seq: 3 }, { epoch: 7, seq: 3 }]) {
        const opened = await storage.runs.open(runId, userId, after, 2);
        const read = await storage.runs.read(runId, after, 2);
        assert.deepEqual(opened?.run, await storage.runs.run(runId));
        assert.ok(read);
        // How long the lease has left goes on while one reads after the other.
        assert.deepEqual({ ...opened?.read, leaseLeft: 0 }, { ...read, leaseLeft: 0 });
      }
    },
  ],
  [
    "3.9 a run of another user, of a deleted conversation, and none are opened for nobody",
    async ({ storage }) => {
      const { run } = await running(storage);
      const { runId, userId, conversationId } = run;
      assert.equal(await storage.runs.open(runId, randomUUID(), { seq: 0 }, 9), null);
      assert.equal(await storage.runs.open(randomUUID(), userId, { seq: 0 }, 9), null);
      await storage.conversations.remove(conversationId, userId);
      assert.equal(await storage.runs.open(runId, userId, { seq: 0 }, 9), null);
    },
  ],
  [
    "5.1 a read says how long the lease has left, by the store's clock: no reader's clock counts",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      const left = async () => {
        const read = await storage.runs.read(writer.run.runId, { seq: 0 }, 1);
        return read && !read.gone ? read.leaseLeft : assert.fail();
      };
      assert.equal(await left(), leaseMs);
      await advance(leaseMs + 5);
      assert.equal(await left(), -5);
      await finished(storage, writer, finish());
      assert.equal(await left(), undefined);
    },
  ],
  [
    "3.2 a read gives everything after the cursor, at most the limit, and where the run stands",
    async ({ storage }) => {
      const writer = await running(storage);
      const { runId } = writer.run;
      await storage.runs.append(writer.lease, writer.say("a", "b", "c"), leaseMs);
      // How long the lease has left is told where nothing new is, and by some stores always.
      const timeless = async (...given: Parameters<typeof storage.runs.read>) => {
        const read = await storage.runs.read(...given);
        assert.ok(read && !read.gone);
        return { ...read, leaseLeft: undefined };
      };
      const all = await timeless(runId, { seq: 0 }, 100);
      assert.deepEqual([all.head, all.status, all.stop], [6, "running", undefined]);
      assert.deepEqual(
        all.entries.map(({ seq, epoch }) => [seq, epoch]),
        [1, 2, 3, 4, 5, 6].map((seq) => [seq, 1]),
      );
      for (let seq = 0; seq <= 6; seq += 1) {
        const rest = await timeless(runId, { epoch: 1, seq }, 2);
        assert.deepEqual(rest, { ...all, entries: all.entries.slice(seq, seq + 2) });
        assert.deepEqual(await timeless(runId, { seq }, 2), rest);
      }
    },
  ],
  [
    "3.2 a cursor whose event has another epoch, or is missing, is gone; the very start never is",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      const { runId } = writer.run;
      await advance(leaseMs);
      const next = createRunWriter(writer.run, await claimed(storage, writer.run, holder(2)), writer.state);
      await storage.runs.append(next.lease, next.say("a"), leaseMs);
      const isGone = async (epoch: number, seq: number) =>
        (await storage.runs.read(runId, { epoch, seq }, 9))?.gone;
      assert.deepEqual([await isGone(1, 3), await isGone(2, 4)], [undefined, undefined]);
      assert.deepEqual([await isGone(0, 0), await isGone(7, 0)], [undefined, undefined]);
      assert.deepEqual([await isGone(2, 3), await isGone(1, 4), await isGone(0, 1)], [true, true, true]);
      assert.deepEqual([await isGone(2, 5), await isGone(1, 99)], [true, true]);
    },
  ],
  [
    "3.2 a read tells of the stop and of the end; of an unknown run there is nothing",
    async ({ storage }) => {
      const writer = await running(storage);
      await storage.runs.requestStop(writer.run.runId, alice);
      const stopping = await storage.runs.read(writer.run.runId, { seq: 3 }, 9);
      assert.ok(stopping && !stopping.gone);
      assert.deepEqual([stopping.status, stopping.stop?.by, stopping.entries], ["stopping", alice, []]);
      const unknown = crypto.randomUUID();
      assert.equal(await storage.runs.read(unknown, { epoch: 1, seq: 1 }, 9), null);
      assert.equal(await storage.runs.snapshot(unknown), null);
      assert.equal(await storage.runs.run(unknown), null);
    },
  ],
  [
    "3.5 a snapshot is the newest stored fold and the entries after it: it folds to the whole log at every cut",
    async ({ storage }) => {
      for (let cut = 0; cut <= 6; cut += 1) {
        const writer = await running(storage);
        for (let at = 0; at < 6; at += 1) {
          const events = writer.say(`${at}`);
          await storage.runs.append(writer.lease, events, leaseMs, at === cut ? writer.state : undefined);
        }
        const snapshot = await storage.runs.snapshot(writer.run.runId);
        assert.ok(snapshot);
        assert.equal(snapshot.fold?.seq, cut < 6 ? 4 + cut : undefined);
        assert.equal(snapshot.entries.length, cut < 6 ? 5 - cut : 9);
        assert.deepEqual(folded(snapshot), writer.state);
        assert.deepEqual(snapshot.run, await metaOf(storage, writer.run));
      }
    },
  ],
  [
    "3.5 a late repeat never puts an older fold in the place of a newer one, nor one ahead of the log",
    async ({ storage }) => {
      const writer = await running(storage);
      const first = writer.say("a");
      const older = writer.state;
      await storage.runs.append(writer.lease, first, leaseMs, older);
      await storage.runs.append(writer.lease, writer.say("b"), leaseMs, writer.state);
      await storage.runs.append(writer.lease, first, leaseMs, older);
      const saved = writer.state;
      const gap = writer.say("c", "d").slice(1);
      await storage.runs.append(writer.lease, gap, leaseMs, writer.state);
      await storage.runs.append(writer.lease, first, leaseMs, writer.state);
      const snapshot = await storage.runs.snapshot(writer.run.runId);
      assert.deepEqual(snapshot?.fold, saved);
    },
  ],
  [
    "3.5 the fold of an append whose first answer was lost is kept",
    async ({ storage }) => {
      const writer = await running(storage);
      const events = writer.say("a");
      await storage.runs.append(writer.lease, events, leaseMs);
      await storage.runs.append(writer.lease, events, leaseMs, writer.state);
      assert.equal((await storage.runs.snapshot(writer.run.runId))?.fold?.seq, 4);
    },
  ],
  [
    "5 claimable: live runs without a live lease, queued, lapsed or stopping; never waiting, held or over",
    async ({ storage, advance }) => {
      const lapsed = await running(storage);
      const over = await running(storage);
      await finished(storage, over, finish());
      await advance(leaseMs);
      const queued = await asked(storage);
      const held = await running(storage);
      const waiting = await running(storage);
      await storage.runs.suspend(waiting.lease, "waiting");
      const stopped = await running(storage);
      await storage.runs.suspend(stopped.lease, "waiting");
      await storage.runs.requestStop(stopped.run.runId, alice);
      const claimable = await storage.runs.claimable(10);
      const expected = [lapsed.run, queued, stopped.run].map(({ runId }) => runId);
      assert.deepEqual(claimable.map(({ runId }) => runId).sort(), expected.sort());
      for (const run of claimable) assert.deepEqual(run, await metaOf(storage, run));
      assert.equal((await storage.runs.claimable(2)).length, 2);
      const leased = await storage.runs.leased(10);
      assert.deepEqual(
        leased.map(({ runId }) => runId),
        [held.run.runId],
      );
      assert.equal((await storage.runs.leased(0)).length, 0);
    },
  ],
];

function folded({ run, fold: stored, entries }: RunSnapshot) {
  return entries.map(({ json }) => decodeEvent(json)).reduce(fold, stored ?? emptyRun(run.runId));
}
