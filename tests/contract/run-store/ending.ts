import assert from "node:assert/strict";
import { abort, error, finish, interrupted } from "../../support/event-builders.ts";
import {
  alice,
  asked,
  claimed,
  createPen,
  finished,
  leaseMs,
  metaOf,
  owner,
  running,
  storedLog,
} from "../scenario.ts";
import type { Case } from "../subject.ts";

/** docs/protocol.md 5.5, 5.6, 5.8: suspending, stopping, finishing. */
export const lettingGo: readonly Case[] = [
  [
    "5.3 a run suspended to queued is free at once, and its old lease is fenced",
    async ({ storage }) => {
      const pen = await running(storage);
      assert.deepEqual(await storage.runs.suspend(pen.lease, "queued"), { kind: "ok", head: 3 });
      const { status, leaseUntil, holder } = await metaOf(storage, pen.run);
      assert.deepEqual([status, leaseUntil, holder], ["queued", 0, undefined]);
      assert.equal((await storage.runs.append(pen.lease, pen.say("late"), leaseMs)).kind, "fenced");
      assert.equal((await storage.runs.heartbeat(pen.lease, leaseMs)).kind, "fenced");
      assert.equal(await storage.runs.claim(pen.run.runId, pen.lease.token, 0, leaseMs, owner(1)), null);
      const next = await storage.runs.claim(pen.run.runId, "next", 1, leaseMs, owner(2));
      assert.deepEqual([next?.epoch, next?.head, next?.run.status], [2, 3, "running"]);
      assert.equal((await storage.runs.suspend(pen.lease, "queued")).kind, "fenced");
    },
  ],
  [
    "5.8 suspend is repeatable: after a lost answer it is dup, whatever came since",
    async ({ storage }) => {
      const pen = await running(storage);
      await storage.runs.suspend(pen.lease, "waiting");
      assert.deepEqual(await storage.runs.suspend(pen.lease, "waiting"), { kind: "dup", head: 3 });
      await storage.runs.requestStop(pen.run.runId, alice);
      assert.equal((await storage.runs.suspend(pen.lease, "waiting")).kind, "dup");
      assert.equal((await storage.runs.suspend({ ...pen.lease, epoch: 2 }, "waiting")).kind, "fenced");
      assert.equal((await metaOf(storage, pen.run)).status, "stopping");
    },
  ],
  [
    "5.8 suspend answers decided when a stop came first, and the owner keeps its lease to act on it",
    async ({ storage }) => {
      for (const to of ["waiting", "queued"] as const) {
        const pen = await running(storage);
        await storage.runs.requestStop(pen.run.runId, alice);
        assert.equal((await storage.runs.suspend(pen.lease, to)).kind, "decided");
        await finished(storage, pen, abort());
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
      const pen = await running(storage);
      await finished(storage, pen, error());
      const before = await metaOf(storage, pen.run);
      assert.equal(before.status, "failed");
      assert.deepEqual(await storage.runs.requestStop(pen.run.runId, alice), before);
    },
  ],
  [
    "5.6 the stop wins over finish, error and interrupted: only abort is accepted",
    async ({ storage }) => {
      const pen = await running(storage);
      await storage.runs.requestStop(pen.run.runId, alice);
      const { stop } = await metaOf(storage, pen.run);
      for (const terminal of [finish(), error(), interrupted()]) {
        const refused = createPen(pen.run, pen.lease, pen.state).end(terminal);
        const answer = await storage.runs.finish(pen.lease, refused.events, refused.end);
        assert.deepEqual(answer, { kind: "stopping", head: 3, stop });
      }
      await finished(storage, pen, abort());
      assert.equal((await metaOf(storage, pen.run)).status, "stopped");
      assert.deepEqual((await storedLog(storage, pen.run.runId)).at(-1)?.type, "abort");
    },
  ],
  [
    "5.6 finishing is one step: the last events, the status, the message, and the conversation is free",
    async ({ storage, advance }) => {
      const pen = await running(storage);
      const { conversationId, runId, messageId, userMessageId } = pen.run;
      await advance(60_000);
      const said = pen.say("It is 5.");
      const { events, end } = pen.end(finish());
      assert.deepEqual(await storage.runs.finish(pen.lease, [...said, ...events], end), {
        kind: "ok",
        head: 5,
      });
      const { status, head, leaseUntil, holder } = await metaOf(storage, pen.run);
      assert.deepEqual([status, head, leaseUntil, holder], ["finished", 5, 0, undefined]);
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
        const pen = await running(storage);
        await finished(storage, pen, terminal);
        assert.equal((await metaOf(storage, pen.run)).status, status);
      }
    },
  ],
  [
    "5.6 a finish whose answer was lost is dup, in batches cut anew too; another end is closed",
    async ({ storage }) => {
      const pen = await running(storage);
      const other = createPen(pen.run, pen.lease, pen.state);
      const said = pen.say("a");
      const { events, end } = pen.end(finish());
      await storage.runs.append(pen.lease, said, leaseMs);
      const finishAgain = () => storage.runs.finish(pen.lease, [...said, ...events], end);
      assert.equal((await finishAgain()).kind, "ok");
      const log = await storedLog(storage, pen.run.runId);
      assert.equal((await finishAgain()).kind, "dup");
      other.say("a", "b");
      const second = other.end(error());
      assert.equal((await storage.runs.finish(other.lease, second.events, second.end)).kind, "closed");
      assert.deepEqual(await storedLog(storage, pen.run.runId), log);
      assert.equal((await metaOf(storage, pen.run)).status, "finished");
    },
  ],
  [
    "5.1 an end that leaves a gap, or whose place in the log is taken, is a gap: the run is not over",
    async ({ storage }) => {
      const pen = await running(storage);
      const early = createPen(pen.run, pen.lease, pen.state).end(finish());
      await storage.runs.append(pen.lease, pen.say("a"), leaseMs);
      assert.equal((await storage.runs.finish(pen.lease, early.events, early.end)).kind, "gap");
      pen.say("lost");
      const late = pen.end(finish());
      assert.equal((await storage.runs.finish(pen.lease, late.events, late.end)).kind, "gap");
      const { status, head } = await metaOf(storage, pen.run);
      assert.deepEqual([status, head], ["running", 4]);
    },
  ],
  [
    "5.6 a stop and a finish at once end in one of two ways, never in both",
    async ({ storage }) => {
      for (let round = 0; round < 10; round += 1) {
        const pen = await running(storage);
        const { events, end } = createPen(pen.run, pen.lease, pen.state).end(finish());
        const [stopped, answer] = await Promise.all([
          storage.runs.requestStop(pen.run.runId, alice),
          storage.runs.finish(pen.lease, events, end),
        ]);
        const { status } = await metaOf(storage, pen.run);
        if (answer.kind === "ok") assert.deepEqual([status, stopped?.status], ["finished", "finished"]);
        else assert.deepEqual([answer.kind, status], ["stopping", "stopping"]);
      }
    },
  ],
  [
    "5.3 the next owner writes on where the log ends",
    async ({ storage, advance }) => {
      const pen = await running(storage);
      await advance(leaseMs);
      const next = createPen(pen.run, await claimed(storage, pen.run, owner(2)), pen.state);
      await storage.runs.append(next.lease, next.say("b"), leaseMs);
      await finished(storage, next, finish());
      const log = await storedLog(storage, pen.run.runId);
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
