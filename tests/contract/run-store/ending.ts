import assert from "node:assert/strict";
import { abort, error, finish, interrupted } from "../../support/event-builders.ts";
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
  storedLog,
} from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 5.5, 5.6, 5.8: suspending, stopping, finishing. */
export const ending: readonly Case[] = [
  [
    "5.3 a run suspended to queued is free at once, and its old lease is fenced",
    async ({ storage }) => {
      const writer = await running(storage);
      assert.deepEqual(await storage.runs.suspend(writer.lease, "queued"), { kind: "ok", head: 3 });
      const { status, leaseUntil, holder: left } = await metaOf(storage, writer.run);
      assert.deepEqual([status, leaseUntil, left], ["queued", 0, undefined]);
      assert.equal((await storage.runs.append(writer.lease, writer.say("late"), leaseMs)).kind, "fenced");
      assert.equal((await storage.runs.heartbeat(writer.lease, leaseMs)).kind, "fenced");
      assert.equal(
        await storage.runs.claim(writer.run.runId, writer.lease.token, 0, leaseMs, holder(1)),
        null,
      );
      const next = await storage.runs.claim(writer.run.runId, "next", 1, leaseMs, holder(2));
      assert.deepEqual([next?.epoch, next?.head, next?.run.status], [2, 3, "running"]);
      assert.equal((await storage.runs.suspend(writer.lease, "queued")).kind, "fenced");
    },
  ],
  [
    "5.8 suspend is repeatable: after a lost answer it is dup, whatever came since",
    async ({ storage }) => {
      const writer = await running(storage);
      await storage.runs.suspend(writer.lease, "waiting");
      assert.deepEqual(await storage.runs.suspend(writer.lease, "waiting"), { kind: "dup", head: 3 });
      await storage.runs.requestStop(writer.run.runId, alice);
      assert.equal((await storage.runs.suspend(writer.lease, "waiting")).kind, "dup");
      assert.equal((await storage.runs.suspend({ ...writer.lease, epoch: 2 }, "waiting")).kind, "fenced");
      assert.equal((await metaOf(storage, writer.run)).status, "stopping");
    },
  ],
  [
    "5.8 suspend answers decided when a stop came first, and the holder keeps its lease to act on it",
    async ({ storage }) => {
      for (const to of ["waiting", "queued"] as const) {
        const writer = await running(storage);
        await storage.runs.requestStop(writer.run.runId, alice);
        assert.equal((await storage.runs.suspend(writer.lease, to)).kind, "decided");
        await finished(storage, writer, abort());
      }
    },
  ],
  [
    "5.5 a stop is set once, for a run in any live state: the first one stays",
    async ({ storage }) => {
      const queued = await asked(storage);
      const live = await running(storage);
      const waiting = await running(storage);
      await storage.runs.suspend(waiting.lease, "waiting");
      for (const { runId } of [queued, live.run, waiting.run]) {
        const first = await storage.runs.requestStop(runId, alice, "enough");
        assert.deepEqual(
          [first?.status, first?.stop?.by, first?.stop?.reason],
          ["stopping", alice, "enough"],
        );
        assert.deepEqual(await storage.runs.requestStop(runId, "bob", "also"), first);
        assert.deepEqual(await storage.runs.run(runId), first);
      }
      assert.equal(await storage.runs.requestStop(crypto.randomUUID(), alice), null);
    },
  ],
  [
    "5.5 a stop after the end changes nothing",
    async ({ storage }) => {
      const writer = await running(storage);
      await finished(storage, writer, error());
      const before = await metaOf(storage, writer.run);
      assert.equal(before.status, "failed");
      assert.deepEqual(await storage.runs.requestStop(writer.run.runId, alice), before);
    },
  ],
  [
    "5.6 the stop wins over finish, error and interrupted: only abort is accepted",
    async ({ storage }) => {
      const writer = await running(storage);
      await storage.runs.requestStop(writer.run.runId, alice);
      const { stop } = await metaOf(storage, writer.run);
      for (const terminal of [finish(), error(), interrupted()]) {
        const refused = createRunWriter(writer.run, writer.lease, writer.state).end(terminal);
        const answer = await storage.runs.finish(writer.lease, refused.events, refused.end);
        assert.deepEqual(answer, { kind: "stopping", head: 3, stop });
      }
      await finished(storage, writer, abort());
      assert.equal((await metaOf(storage, writer.run)).status, "stopped");
      assert.deepEqual((await storedLog(storage, writer.run.runId)).at(-1)?.type, "abort");
    },
  ],
  [
    "5.6 finishing is one step: the last events, the status, the message, and the conversation is free",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      const { conversationId, runId, messageId, userMessageId } = writer.run;
      await advance(60_000);
      const deltas = writer.say("It is 5.");
      const { events, end } = writer.end(finish());
      assert.deepEqual(await storage.runs.finish(writer.lease, [...deltas, ...events], end), {
        kind: "ok",
        head: 5,
      });
      const { status, head, leaseUntil, holder: left } = await metaOf(storage, writer.run);
      assert.deepEqual([status, head, leaseUntil, left], ["finished", 5, 0, undefined]);
      const found = await storage.conversations.get(conversationId, alice);
      assert.ok(found);
      assert.deepEqual([found.conversation.activeRunId, found.active], [undefined, undefined]);
      assert.equal(found.conversation.updatedAt, found.conversation.createdAt + 60_000);
      const answer = found.messages.at(-1);
      assert.ok(answer?.role === "assistant");
      assert.deepEqual([answer.id, answer.parentId, answer.runId], [messageId, userMessageId, runId]);
      assert.deepEqual([answer.parts, answer.ending], [end.state.parts, end.state.ending]);
    },
  ],
  [
    "5.6 each end has its status",
    async ({ storage }) => {
      const ends = [
        [finish(), "finished"],
        [abort(), "stopped"],
        [error(), "failed"],
        [interrupted(), "interrupted"],
      ] as const;
      for (const [terminal, status] of ends) {
        const writer = await running(storage);
        await finished(storage, writer, terminal);
        assert.equal((await metaOf(storage, writer.run)).status, status);
      }
    },
  ],
  [
    "5.6 a finish whose answer was lost is dup, in batches cut anew too; another end is closed",
    async ({ storage }) => {
      const writer = await running(storage);
      const other = createRunWriter(writer.run, writer.lease, writer.state);
      const deltas = writer.say("a");
      const { events, end } = writer.end(finish());
      await storage.runs.append(writer.lease, deltas, leaseMs);
      const finishAgain = () => storage.runs.finish(writer.lease, [...deltas, ...events], end);
      assert.equal((await finishAgain()).kind, "ok");
      const log = await storedLog(storage, writer.run.runId);
      assert.equal((await finishAgain()).kind, "dup");
      other.say("a", "b");
      const second = other.end(error());
      assert.equal((await storage.runs.finish(other.lease, second.events, second.end)).kind, "closed");
      assert.deepEqual(await storedLog(storage, writer.run.runId), log);
      assert.equal((await metaOf(storage, writer.run)).status, "finished");
    },
  ],
  [
    "5.1 an end that leaves a gap, or whose place in the log is taken, is a gap: the run is not over",
    async ({ storage }) => {
      const writer = await running(storage);
      const early = createRunWriter(writer.run, writer.lease, writer.state).end(finish());
      await storage.runs.append(writer.lease, writer.say("a"), leaseMs);
      assert.equal((await storage.runs.finish(writer.lease, early.events, early.end)).kind, "gap");
      writer.say("lost");
      const late = writer.end(finish());
      assert.equal((await storage.runs.finish(writer.lease, late.events, late.end)).kind, "gap");
      const { status, head } = await metaOf(storage, writer.run);
      assert.deepEqual([status, head], ["running", 4]);
    },
  ],
  [
    "5.6 a stop and a finish at once end in one of two ways, never in both",
    async ({ storage }) => {
      for (let round = 0; round < 10; round += 1) {
        const writer = await running(storage);
        const { events, end } = createRunWriter(writer.run, writer.lease, writer.state).end(finish());
        const [stopped, answer] = await Promise.all([
          storage.runs.requestStop(writer.run.runId, alice),
          storage.runs.finish(writer.lease, events, end),
        ]);
        const { status } = await metaOf(storage, writer.run);
        if (answer.kind === "ok") assert.deepEqual([status, stopped?.status], ["finished", "finished"]);
        else assert.deepEqual([answer.kind, status], ["stopping", "stopping"]);
      }
    },
  ],
  [
    "5.3 the next holder writes on where the log ends",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      await advance(leaseMs);
      const next = createRunWriter(writer.run, await claimed(storage, writer.run, holder(2)), writer.state);
      await storage.runs.append(next.lease, next.say("b"), leaseMs);
      await finished(storage, next, finish());
      const log = await storedLog(storage, writer.run.runId);
      assert.deepEqual(
        log.map(({ seq, epoch }) => [seq, epoch]),
        [
          [1, 1],
          [2, 1],
          [3, 1],
          [4, 2],
          [5, 2],
        ],
      );
    },
  ],
];
