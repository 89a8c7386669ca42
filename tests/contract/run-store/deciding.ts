import assert from "node:assert/strict";
import { createLatch } from "#lib/async/latch.ts";
import type { AppendResult, Decision, LeaseReply } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import {
  abort,
  error,
  finish,
  toolApprovalRequest,
  toolApprovalResponse,
  toolOutputAvailable,
  toolOutputError,
} from "../../support/event-builders.ts";
import { alice, finished, holder, leaseMs, metaOf, type RunWriter, running } from "../scenario.ts";
import type { Case } from "../subject.ts";

const yes: Decision = { approvalId: "approval-call-1", approved: true, by: alice };
const no: Decision = { approvalId: "approval-call-1", approved: false, by: alice, reason: "not now" };
const yesToOther: Decision = { ...yes, approvalId: "approval-call-2" };

const hourMs = 3_600_000;

/** A run whose log asks for the approvals of these calls. */
async function asking(storage: Storage, ...toolCallIds: string[]): Promise<RunWriter> {
  const writer = await running(storage);
  const requests = (toolCallIds.length > 0 ? toolCallIds : ["call-1"]).map((id) => toolApprovalRequest(id));
  const { kind } = await storage.runs.append(writer.lease, writer.write(...requests), leaseMs);
  assert.equal(kind, "ok");
  return writer;
}

async function decide(
  storage: Storage,
  { run: { runId } }: RunWriter,
  decision: Decision,
  hash = "hash",
): Promise<string | undefined> {
  return (await storage.runs.decide(runId, decision, hash))?.kind;
}

const sentOf = ({ kind, decisions }: LeaseReply & { kind?: AppendResult["kind"] | "decided" }) => [
  kind,
  decisions,
];

/** docs/protocol.md 3.4, 5.5, 5.8: decisions about approvals. */
export const deciding: readonly Case[] = [
  [
    "3.4 only an approval that the log asks for, with the input it was asked with, can be decided",
    async ({ storage }) => {
      const writer = await asking(storage);
      assert.equal(await storage.runs.decide(crypto.randomUUID(), yes, "hash"), null);
      assert.equal(await decide(storage, writer, { ...yes, approvalId: "another" }), "not-found");
      assert.equal(await decide(storage, writer, yes, "another"), "changed");
      assert.equal((await metaOf(storage, writer.run)).unread, undefined);
      const decided = await storage.runs.decide(writer.run.runId, yes, "hash");
      assert.deepEqual(decided, { kind: "decided", run: await metaOf(storage, writer.run) });
      assert.equal(decided?.run.unread, 1);
    },
  ],
  [
    "3.4 the first decision counts: the same again changes nothing, any other is refused, also once it is written",
    async ({ storage }) => {
      for (const first of [yes, no]) {
        const writer = await asking(storage);
        const again = async () => {
          assert.equal(await decide(storage, writer, first), "decided");
          for (const other of [
            { ...first, approved: !first.approved },
            { ...first, reason: "another" },
            { ...first, scope: "conversation" as const },
            { ...first, content: { a: 1 } },
          ])
            assert.equal(await decide(storage, writer, other), "decided-otherwise");
        };
        await again();
        await again();
        const written = writer.write({ type: "tool-approval-response", ...first });
        await storage.runs.append(writer.lease, written, leaseMs);
        await again();
        assert.equal((await metaOf(storage, writer.run)).unread, undefined);
      }
    },
  ],
  [
    "3.4 of many different decisions at once exactly one is recorded",
    async ({ storage }) => {
      const writer = await asking(storage);
      const reasons = Array.from({ length: 20 }, (_, index) => `reason ${index}`);
      const kinds = await Promise.all(
        reasons.map((reason) =>
          decide(storage, writer, { ...yes, reason, approved: reason.length % 2 === 0 }),
        ),
      );
      assert.equal(kinds.filter((kind) => kind === "decided").length, 1);
      assert.equal(kinds.filter((kind) => kind === "decided-otherwise").length, 19);
      const { decisions } = await storage.runs.heartbeat(writer.lease, leaseMs);
      assert.deepEqual(
        decisions?.map(({ reason }) => reason),
        reasons.filter((_, index) => kinds[index] === "decided"),
      );
    },
  ],
  [
    "5.5 every reply to a holder lists the decisions that are not in the log, oldest first, and only those",
    async ({ storage, advance }) => {
      const writer = await asking(storage, "call-1", "call-2");
      const { lease, run } = writer;
      const content = { "a b": ["1", null, {}, []], 名: "\ud83d\n\u0000" };
      await decide(storage, writer, { ...yesToOther, content });
      await decide(storage, writer, no);
      const both = [{ ...yesToOther, content }, no];
      assert.deepEqual(sentOf(await storage.runs.heartbeat(lease, leaseMs)), ["ok", both]);
      const added = writer.say("x");
      assert.deepEqual(sentOf(await storage.runs.append(lease, added, leaseMs)), ["ok", both]);
      assert.deepEqual(sentOf(await storage.runs.append(lease, added, leaseMs)), ["dup", both]);
      assert.deepEqual(sentOf(await storage.runs.suspend(lease, "waiting")), ["decided", both]);
      await advance(leaseMs);
      const claim = await storage.runs.claim(run.runId, "next", 1, leaseMs, holder(2));
      assert.ok(claim);
      assert.deepEqual(sentOf(claim), [undefined, both]);
      const again = await storage.runs.claim(run.runId, "next", 1, leaseMs, holder(2));
      assert.deepEqual(again?.decisions, both);
      const events = writer.write(toolApprovalResponse("approval-call-2"));
      const next = { ...claim, runId: run.runId };
      const mine = events.map((event) => ({ ...event, epoch: next.epoch }));
      assert.deepEqual(sentOf(await storage.runs.append(next, mine, leaseMs)), ["ok", [no]]);
      assert.deepEqual(sentOf(await storage.runs.suspend(next, "queued")), ["ok", [no]]);
    },
  ],
  [
    "5.8 a run that waits has no lease and is not to be claimed, until it is decided: then any process goes on",
    async ({ storage, advance, another }) => {
      const writer = await asking(storage);
      const { runId } = writer.run;
      assert.equal((await storage.runs.suspend(writer.lease, "waiting")).kind, "ok");
      await advance(86_400_000);
      const waits = await metaOf(storage, writer.run);
      assert.deepEqual([waits.status, waits.leaseUntil, waits.holder], ["waiting", 0, undefined]);
      assert.equal(await storage.runs.claim(runId, "early", 1, leaseMs, holder(2)), null);
      assert.deepEqual(await storage.runs.claimable(10), []);
      assert.deepEqual(await storage.runs.leased(10), []);
      const other = (await another?.()) ?? storage;
      assert.equal(await decide(other, writer, yes, "another"), "changed");
      assert.equal((await metaOf(storage, writer.run)).status, "waiting");
      assert.equal(await decide(other, writer, yes), "decided");
      assert.equal((await metaOf(storage, writer.run)).status, "queued");
      assert.deepEqual(
        (await storage.runs.claimable(10)).map((run) => run.runId),
        [runId],
      );
      const claim = await storage.runs.claim(runId, "next", 1, leaseMs, holder(2));
      assert.deepEqual([claim?.run.status, claim?.run.continuations], ["running", 0]);
      assert.deepEqual(claim?.decisions, [yes]);
      assert.equal(await decide(storage, writer, yes), "decided");
      assert.equal((await metaOf(storage, writer.run)).status, "running");
    },
  ],
  [
    "5.8 a run that has waited for too long gets a stop, once, and can be claimed to end; one that waits less does not, nor one that was decided",
    async ({ storage, advance, another }) => {
      const [old, decided, running] = [await asking(storage), await asking(storage), await asking(storage)];
      for (const { lease } of [old, decided]) await storage.runs.suspend(lease, "waiting");
      await advance(hourMs);
      const young = await asking(storage);
      await storage.runs.suspend(young.lease, "waiting");
      // What it asks now, it has asked a moment ago.
      await decide(storage, decided, yes);
      await advance(hourMs);
      assert.deepEqual(await storage.runs.expireWaiting(3 * hourMs, 10), []);
      const other = (await another?.()) ?? storage;
      const expired = await Promise.all(
        [storage, other].map((each) => each.runs.expireWaiting(1.5 * hourMs, 10)),
      );
      assert.deepEqual(expired.flat(), [await metaOf(storage, old.run)]);
      const { status, stop } = await metaOf(storage, old.run);
      assert.deepEqual([status, stop?.by, stop?.reason], ["stopping", "server", "expired"]);
      assert.deepEqual(
        await Promise.all(
          [decided, running, young].map(async ({ run }) => (await metaOf(storage, run)).status),
        ),
        ["queued", "running", "waiting"],
      );
      assert.ok((await storage.runs.claimable(10)).some(({ runId }) => runId === old.run.runId));
      assert.equal(await decide(storage, old, yes), "over");
      const claim = await storage.runs.claim(old.run.runId, "next", 1, leaseMs, holder(2));
      assert.equal(claim?.stop?.reason, "expired");
      assert.deepEqual(await storage.runs.expireWaiting(0.5 * hourMs, 0), []);
    },
  ],
  [
    "5.8 a run waits since its newest event, however long it was under way before, and whoever let it wait",
    async ({ storage, advance }) => {
      const writer = await running(storage);
      await advance(10 * hourMs);
      const { createdAt } = await metaOf(storage, writer.run);
      const asks = writer
        .write(toolApprovalRequest())
        .map((event) => ({ ...event, ts: createdAt + 10 * hourMs }));
      await storage.runs.append(writer.lease, asks, leaseMs);
      await storage.runs.suspend(writer.lease, "waiting");
      await advance(hourMs);
      assert.deepEqual(await storage.runs.expireWaiting(2 * hourMs, 10), []);
      await advance(hourMs);
      assert.equal((await storage.runs.expireWaiting(2 * hourMs, 10)).length, 1);
    },
  ],
  [
    "5.8 suspend answers decided when a decision came first, and the holder keeps its lease to write it",
    async ({ storage }) => {
      const writer = await asking(storage, "call-1", "call-2");
      await decide(storage, writer, yes);
      assert.equal((await storage.runs.suspend(writer.lease, "waiting")).kind, "decided");
      await storage.runs.append(writer.lease, writer.write(toolApprovalResponse()), leaseMs);
      assert.equal((await storage.runs.suspend(writer.lease, "waiting")).kind, "ok");
      assert.equal((await storage.runs.suspend(writer.lease, "waiting")).kind, "dup");
      assert.equal(await decide(storage, writer, yesToOther), "decided");
      assert.equal((await metaOf(storage, writer.run)).status, "queued");
    },
  ],
  [
    "5.8 a suspension and a decision at once never leave a run that waits for nothing",
    async ({ storage }) => {
      for (let round = 0; round < 10; round += 1) {
        const writer = await asking(storage);
        const [decided, suspended] = await Promise.all([
          decide(storage, writer, yes),
          storage.runs.suspend(writer.lease, "waiting"),
        ]);
        const { status } = await metaOf(storage, writer.run);
        assert.equal(decided, "decided");
        if (suspended.kind === "ok") assert.equal(status, "queued");
        else assert.deepEqual([suspended.kind, status], ["decided", "running"]);
      }
    },
  ],
  [
    "3.4 nothing is decided after a stop, nor after the end; what was decided before stays decided",
    async ({ storage }) => {
      const stopped = await asking(storage, "call-1", "call-2");
      await decide(storage, stopped, yes);
      await storage.runs.requestStop(stopped.run.runId, alice);
      assert.equal(await decide(storage, stopped, yesToOther), "over");
      assert.equal(await decide(storage, stopped, yes), "decided");
      await finished(storage, stopped, abort());
      const ended = await asking(storage);
      await finished(storage, ended, error());
      assert.equal(await decide(storage, stopped, yesToOther), "over");
      assert.equal(await decide(storage, stopped, yes), "decided");
      assert.equal(await decide(storage, ended, no), "over");
      for (const { run } of [stopped, ended]) assert.equal((await metaOf(storage, run)).unread, undefined);
      assert.deepEqual(await storage.runs.leftMessages(10), []);
    },
  ],
  [
    "3.4 a call that is answered closes its approvals; a preliminary output answers nothing",
    async ({ storage }) => {
      const writer = await asking(storage, "call-1", "call-2");
      const preliminary = { ...toolOutputAvailable("call-1"), preliminary: true };
      const answers = writer.write(preliminary, toolOutputError("call-2"));
      await storage.runs.append(writer.lease, answers, leaseMs);
      assert.equal(await decide(storage, writer, yesToOther), "over");
      assert.equal(await decide(storage, writer, yes), "decided");
    },
  ],
  [
    "3.4 a holder that writes a decision of its own has decided; a request of the same id opens the approval anew",
    async ({ storage }) => {
      const writer = await asking(storage);
      const expired = { approvalId: yes.approvalId, approved: false, by: "time", reason: "too late" };
      const events = writer.write({ type: "tool-approval-response", ...expired });
      await storage.runs.append(writer.lease, events, leaseMs);
      assert.equal(await decide(storage, writer, yes), "decided-otherwise");
      assert.equal(await decide(storage, writer, expired), "decided");
      await storage.runs.append(writer.lease, writer.write(toolApprovalRequest()), leaseMs);
      assert.equal(await decide(storage, writer, yes), "decided");
      // A repeated append changes nothing of it.
      await storage.runs.append(writer.lease, events, leaseMs);
      assert.equal((await metaOf(storage, writer.run)).unread, 1);
    },
  ],
  [
    "5.5 a decision is notified, also to who waits for a stop only, on both sides of the store",
    async ({ storage, another }) => {
      for (const listener of [storage, ...(another ? [await another()] : [])]) {
        const writer = await asking(storage);
        const latch = createLatch();
        const { unsubscribe } = listener.runs.subscribe(writer.run.runId, latch, "stop");
        await decide(storage, writer, yes);
        do assert.ok(await latch.wait(5000));
        while ((await listener.runs.run(writer.run.runId))?.unread !== 1);
        unsubscribe();
        await finished(storage, writer, finish());
      }
    },
  ],
];
