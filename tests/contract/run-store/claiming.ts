import assert from "node:assert/strict";
import {
  abort,
  continueStep,
  finish,
  finishStep,
  reasoningDelta,
  reasoningStart,
  refusalDelta,
  resetStep,
  textDelta,
  textStart,
  toolInputStart,
  toolStart,
} from "../../support/event-builders.ts";
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

/** docs/protocol.md 5.1, 5.3, 6: who may append. */
export const claiming: readonly Case[] = [
  [
    "6 a claim makes a queued run running: epoch + 1, the holder and a live lease",
    async ({ storage }) => {
      const { runId } = await asked(storage);
      const lease = await storage.runs.claim(runId, "token", 0, leaseMs, holder(7));
      const run = await metaOf(storage, { runId });
      assert.deepEqual(lease, { runId, epoch: 1, token: "token", head: 0, run });
      assert.deepEqual([run.status, run.epoch, run.holder], ["running", 1, holder(7)]);
      const live = await storage.runs.leased(10);
      assert.deepEqual(live, [run]);
    },
  ],
  [
    "6 the same token again is the same lease: a claim whose answer was lost takes nothing twice",
    async ({ storage, advance }) => {
      const { runId } = await asked(storage);
      const claim = () => storage.runs.claim(runId, "token", 0, leaseMs, holder(1));
      const first = await claim();
      await advance(leaseMs - 1);
      const second = await claim();
      assert.deepEqual(
        [second?.epoch, second?.token, second?.head],
        [first?.epoch, first?.token, first?.head],
      );
      assert.equal(second?.run.continuations, 0);
      await advance(leaseMs - 1);
      assert.equal(await storage.runs.claim(runId, "other", 1, leaseMs, holder(2)), null);
    },
  ],
  [
    "6 a claim is a compare-and-set on the epoch: of several at once one wins",
    async ({ storage, advance }) => {
      const run = await asked(storage);
      for (const fromEpoch of [0, 1, 2]) {
        const claims = ["a", "b", "c"].map((token, pid) =>
          storage.runs.claim(run.runId, `${token}${fromEpoch}`, fromEpoch, leaseMs, holder(pid)),
        );
        const won = (await Promise.all(claims)).filter((lease) => lease !== null);
        assert.deepEqual(
          won.map(({ epoch }) => epoch),
          [fromEpoch + 1],
        );
        await advance(leaseMs + 1);
      }
      assert.equal(await storage.runs.claim(run.runId, "late", 2, leaseMs, holder(9)), null);
      assert.equal(await storage.runs.claim(run.runId, "early", 4, leaseMs, holder(9)), null);
    },
  ],
  [
    "5.1 a live lease is not taken; a lapsed one is, and its head comes with it",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      const take = () => storage.runs.claim(writer.run.runId, "next", 1, leaseMs, holder(2));
      assert.equal(await take(), null);
      await advance(leaseMs - 1);
      assert.equal(await take(), null);
      await advance(1);
      const taken = await take();
      assert.deepEqual([taken?.epoch, taken?.head, taken?.run.status], [2, 3, "running"]);
    },
  ],
  [
    "5.4 a dead holder need not wait for its lease, and only that very holder counts as dead",
    async ({ storage }) => {
      const writer = await running(storage);
      const take = (dead: ReturnType<typeof holder>) =>
        storage.runs.claim(writer.run.runId, "next", 1, leaseMs, holder(2), dead);
      for (const other of [{ pid: 3 }, { host: "x" }, { boot: "x" }, { startedAt: "x" }]) {
        assert.equal(await take({ ...holder(1), ...other }), null);
      }
      assert.equal((await take(holder(1)))?.epoch, 2);
    },
  ],
  [
    "5.3 only the claim of a lapsed or dead holder's lease counts as a continuation",
    async ({ storage, advance }) => {
      const run = await asked(storage);
      const count = async () => (await metaOf(storage, run)).continuations;
      const first = await claimed(storage, run);
      assert.equal(await count(), 0);
      await storage.runs.suspend(first, "queued");
      await claimed(storage, run);
      assert.equal(await count(), 0);
      await advance(leaseMs);
      await claimed(storage, run, holder(2));
      assert.equal(await count(), 1);
      await storage.runs.claim(run.runId, "x", 3, leaseMs, holder(3), holder(2));
      assert.equal(await count(), 2);
    },
  ],
  [
    "5.3 new text, a tool and a finish-step end the count of continuations, other events do not",
    async ({ storage, advance }) => {
      const { runs } = storage;
      let writer = await running(storage);
      const count = async () => (await metaOf(storage, writer.run)).continuations;
      for (const [event, counted] of [
        [textStart("t"), 1],
        [textDelta("a", "t"), 0],
        [reasoningStart("r"), 1],
        [reasoningDelta("hm", "r"), 1],
        [refusalDelta("no", "f"), 0],
        [toolInputStart("c"), 1],
        [toolStart("c"), 0],
        [resetStep(), 1],
        [continueStep(), 1],
        [finishStep(), 0],
      ] as const) {
        await advance(leaseMs);
        await runs.append(writer.lease, writer.write(finishStep()), leaseMs);
        assert.equal(await count(), 0);
        await advance(leaseMs);
        writer = createRunWriter(writer.run, await claimed(storage, writer.run), writer.state);
        assert.equal(await count(), 1);
        await runs.append(writer.lease, writer.write(event), leaseMs);
        assert.equal(await count(), counted, event.type);
      }
    },
  ],
  [
    "5 a run that is over or waiting is not claimed, and neither is an unknown one",
    async ({ storage, advance }) => {
      const over = await running(storage);
      await finished(storage, over, finish());
      const waiting = await running(storage);
      await storage.runs.suspend(waiting.lease, "waiting");
      await advance(leaseMs);
      for (const { runId, token } of [over.lease, waiting.lease]) {
        assert.equal(await storage.runs.claim(runId, "next", 1, leaseMs, holder(2)), null);
        assert.equal(await storage.runs.claim(runId, token, 0, leaseMs, holder(1)), null);
      }
      assert.equal(await storage.runs.claim(crypto.randomUUID(), "next", 0, leaseMs, holder(2)), null);
    },
  ],
  [
    "5.5 a stopping run stays stopping when it is claimed, and the claim tells of the stop",
    async ({ storage }) => {
      const run = await asked(storage);
      await storage.runs.requestStop(run.runId, alice, "enough");
      const lease = await storage.runs.claim(run.runId, "token", 0, leaseMs, holder(1));
      assert.equal(lease?.run.status, "stopping");
      assert.deepEqual([lease.stop?.by, lease.stop?.reason], [alice, "enough"]);
      const writer = createRunWriter(run, lease);
      await storage.runs.append(writer.lease, writer.begin(), leaseMs);
      await finished(storage, writer, abort());
      assert.equal((await metaOf(storage, run)).status, "stopped");
    },
  ],
];
