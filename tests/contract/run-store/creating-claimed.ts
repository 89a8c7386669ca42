import assert from "node:assert/strict";
import { finish } from "../../support/event-builders.ts";
import {
  alice,
  asked,
  createRunWriter,
  finished,
  holder,
  leaseMs,
  metaOf,
  newRun,
  running,
} from "../scenario.ts";
import type { Case } from "../subject.ts";

const by = (token: string, pid = 1) => ({ token, leaseMs, holder: holder(pid) });

/** docs/protocol.md 3.1, 5.1, 6: a run that is created and claimed in one step. */
export const creatingClaimed: readonly Case[] = [
  [
    "6 a run that is created with a claim is held from its first moment on, and its holder may append at once",
    async ({ storage }) => {
      const fields = newRun();
      const created = await storage.runs.createRun(fields, by("token", 7));
      assert.ok(created.kind === "created" && created.claim);
      const { claim, run } = created;
      const { runId } = fields;
      assert.deepEqual(claim, { runId, epoch: 1, token: "token", head: 0, run });
      assert.deepEqual(await metaOf(storage, run), run);
      assert.deepEqual(
        [run.status, run.epoch, run.holder, run.continuations, run.leaseUntil - run.createdAt],
        ["running", 1, holder(7), 0, leaseMs],
      );
      assert.deepEqual(await storage.runs.leased(10), [run]);
      assert.deepEqual(await storage.runs.claimable(10), []);
      const found = await storage.conversations.get(fields.conversationId, alice);
      assert.deepEqual([found?.conversation.activeRunId, found?.messages.length], [runId, 1]);
      const writer = createRunWriter(run, claim);
      assert.equal((await storage.runs.append(writer.lease, writer.begin(), leaseMs)).kind, "ok");
      await finished(storage, writer, finish());
    },
  ],
  [
    "6 if the reply is lost the same token gives that lease; without the run it gives none, and makes none",
    async ({ storage }) => {
      const fields = newRun();
      const claim = () => storage.runs.claim(fields.runId, "token", 0, leaseMs, holder(1));
      assert.equal(await claim(), null);
      assert.equal(await storage.runs.run(fields.runId), null);
      await storage.runs.createRun(fields, by("token"));
      const again = await claim();
      assert.deepEqual([again?.epoch, again?.head, again?.run.continuations], [1, 0, 0]);
    },
  ],
  [
    "6 a process that dies behind the step leaves a lease that lapses, and the next claim counts as a continuation",
    async ({ storage, advance }) => {
      const fields = newRun();
      await storage.runs.createRun(fields, by("token"));
      const take = () => storage.runs.claim(fields.runId, "next", 1, leaseMs, holder(2));
      await advance(leaseMs - 1);
      assert.equal(await take(), null);
      await advance(1);
      const taken = await take();
      assert.deepEqual([taken?.epoch, taken?.run.status, taken?.run.continuations], [2, "running", 1]);
    },
  ],
  [
    "3.1 the same run again attaches to it and claims nothing, whatever its token",
    async ({ storage, advance }) => {
      const fields = newRun();
      const first = await storage.runs.createRun(fields, by("token"));
      assert.ok(first.kind === "created");
      await advance(leaseMs - 1);
      for (const token of ["other", "token"]) {
        const again = await storage.runs.createRun(fields, by(token, 2));
        assert.deepEqual(again, { kind: "exists", run: first.run });
      }
      await advance(1);
      assert.deepEqual(await storage.runs.createRun(fields, by("late", 2)), {
        kind: "exists",
        run: first.run,
      });
    },
  ],
  [
    "3.1 of several that create a run at once, one holds it",
    async ({ storage }) => {
      const fields = newRun();
      const all = await Promise.all(
        ["a", "b", "c"].map((token, pid) => storage.runs.createRun(fields, by(token, pid))),
      );
      const claims = all.flatMap((each) => (each.kind === "created" && each.claim ? [each.claim] : []));
      assert.deepEqual(all.map(({ kind }) => kind).sort(), ["created", "exists", "exists"]);
      assert.deepEqual(
        claims.map(({ epoch }) => epoch),
        [1],
      );
      assert.deepEqual((await metaOf(storage, fields)).holder, claims[0]?.run.holder);
    },
  ],
  [
    "3.1 a run that is not created is not claimed, nor is the one that is in its way",
    async ({ storage }) => {
      const queued = await asked(storage);
      const { conversationId } = queued;
      const busy = await storage.runs.createRun(newRun({ conversationId }), by("token"));
      assert.deepEqual(busy, { kind: "busy", run: queued });
      const stale = newRun({ parentMessageId: crypto.randomUUID() });
      assert.deepEqual(await storage.runs.createRun(stale, by("token")), { kind: "stale" });
      const theirs = newRun({ conversationId, userId: "bob" });
      assert.deepEqual(await storage.runs.createRun(theirs, by("token")), { kind: "not-found" });
      assert.equal(await storage.runs.run(stale.runId), null);
      assert.deepEqual(await metaOf(storage, queued), queued);
      assert.deepEqual(await storage.runs.leased(10), []);
    },
  ],
  [
    "3.1 a retry and a continuation are held from the start too",
    async ({ storage }) => {
      const writer = await running(storage);
      const { conversationId, runId, messageId } = writer.run;
      await finished(storage, writer, finish("length"));
      for (const ask of [
        { kind: "continue", continueRunId: runId },
        { kind: "retry", retryRunId: runId },
      ] as const) {
        const created = await storage.runs.createRun(newRun({ conversationId, ask }), by(ask.kind));
        assert.ok(created.kind === "created" && created.claim);
        const { run } = created.claim;
        assert.equal(run.messageId === messageId, ask.kind === "continue");
        const next = createRunWriter(run, created.claim);
        await storage.runs.append(next.lease, next.begin(), leaseMs);
        await finished(storage, next, finish("length"));
      }
    },
  ],
];
