import assert from "node:assert/strict";
import { test } from "node:test";
import type { AbortReason, Producer } from "#lib/agents/producer.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { openSteps } from "#lib/protocol/run-state.ts";
import { continueRun } from "#lib/runs/continue-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import type { Decision } from "#lib/storage/run-store.ts";
import type { Storage } from "#lib/storage/storage.ts";
import {
  finishStep,
  startStep,
  textDelta,
  textEnd,
  textStart,
  toolApprovalRequest,
  toolInputAvailable,
  toolInputStart,
  toolOutputAvailable,
  toolStart,
} from "../../support/event-builders.ts";
import { foldAll, question, readLog } from "../../support/run-bench.ts";
import { scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { checkedLog, leaseMs, openSite, over, type Process, type Site } from "./crash-bench.ts";

/** Two steps that are open at once; the one asks a person before it runs its tool. */
const script: (EventBody | "decision")[] = [
  ...[startStep("a"), startStep("b", 1)],
  ...[{ ...textStart("a/0"), stepId: "a" }, textDelta("Meanwhile, ", "a/0")],
  ...[
    { ...toolInputStart("c", "send"), stepId: "b" },
    toolInputAvailable("c", "send"),
    toolApprovalRequest("c"),
  ],
  ...[textDelta("I wait", "a/0"), "decision" as const, textDelta(" no more.", "a/0")],
  ...[toolStart("c"), toolOutputAvailable("c", "sent"), textEnd("a/0")],
  ...[finishStep("stop", "a"), finishStep("tool-calls", "b")],
];

/** Goes on from wherever its log stands. It knows no store, no lease and no process. */
const toy: Producer = async function* ({ state, inbox, durable, mayStart, signal }) {
  for (const scripted of script.slice(Math.max(0, state.seq - 1))) {
    if (signal.aborted) return { type: "aborted" };
    if (scripted === "decision") {
      const [decision] = inbox.take();
      if (!decision) return { type: "waiting" };
      yield decision;
    } else {
      if (scripted.type === "tool-start") await mayStart();
      yield scripted;
    }
    await durable();
  }
  return { type: "finished", finishReason: "stop" };
};

const decision: Decision = { approvalId: "approval-c", approved: true, by: "user" };

/** As the store lets it, once the log asks for it. */
const decide = ({ storage }: { storage: Storage }, runId: string) =>
  storage.runs.decide(runId, decision, "hash");

/** A store where the decision comes with the very append that asks for it. */
function decidingAtOnce(storage: Storage): Storage {
  const { append } = storage.runs;
  storage.runs.append = async (lease, events, ...rest) => {
    const reply = await append(lease, events, ...rest);
    if (events.some(({ type }) => type === "tool-approval-request")) await decide({ storage }, lease.runId);
    return reply;
  };
  return storage;
}

/** A process whose runs are written by this producer: that is all there is to plug in. */
const startProcess = (site: Site, produce = toy): Process =>
  site.start(scriptedModel(), { pickProducer: async () => ({ produce, model: "toy", usesKey: false }) });

async function statusOf(site: Site, runId: string): Promise<string> {
  return (await site.storage.runs.run(runId))?.status ?? assert.fail("no run");
}

const waits = (site: Site, runId: string) =>
  waitUntil("it waits", async () => (await statusOf(site, runId)) === "waiting");

/** As a request does that meets the run. */
async function meet(site: Site, { context }: Process, runId: string): Promise<void> {
  await continueRun(context, (await site.storage.runs.run(runId)) ?? assert.fail("no run"));
}

/** What the log has to be: the script, with the decision where it is asked for. */
const expected = script.map((scripted) =>
  scripted === "decision" ? { type: "tool-approval-response", ...decision } : scripted,
);

/**
 * The log of a run that has ended, without `start` and the terminal event, and without what differs by the
 * writer.
 */
async function bodiesOf(site: Site, runId: string): Promise<object[]> {
  const events = await checkedLog(site, runId);
  assert.equal(events.at(-1)?.type, "finish");
  return events.slice(1, -1).map((event) => {
    const { runId: _, epoch: _epoch, seq: _seq, ts: _ts, ...body } = event;
    return body;
  });
}

test("a producer of a few lines is driven like an agent: it waits without a holder, and any process goes on", async () => {
  const site = openSite();
  const [one, two] = [startProcess(site), startProcess(site)];
  const run = question("go");
  await (await startRun(one.context, run)).done;
  assert.equal(await statusOf(site, run.runId), "waiting");
  const { leaseUntil, holder } = (await site.storage.runs.run(run.runId)) ?? assert.fail();
  assert.deepEqual([leaseUntil, holder, one.context.live.get(run.runId)], [0, undefined, undefined]);
  assert.equal(openSteps(foldAll(await readLog(site.storage, run.runId))).length, 2);
  await meet(site, two, run.runId);
  assert.equal(await statusOf(site, run.runId), "waiting", "nobody goes on before there is a decision");
  assert.equal((await decide(site, run.runId))?.kind, "decided");
  await meet(site, two, run.runId);
  await over(site, run.runId);
  assert.deepEqual(await bodiesOf(site, run.runId), expected);
  assert.deepEqual(
    two.lines.filter(({ level }) => level !== "info"),
    [],
  );
});

test("a decision that comes first, or in the moment of the suspension, lets the same holder go on", async () => {
  for (const moment of ["before", "in"] as const) {
    const site = openSite(moment === "before" ? decidingAtOnce : undefined);
    const process = startProcess(site);
    const run = question("go");
    const { suspend } = site.storage.runs;
    site.storage.runs.suspend = async (lease, to) => {
      if (moment === "in") await decide(site, run.runId);
      return suspend(lease, to);
    };
    await (await startRun(process.context, run)).done;
    assert.deepEqual(await bodiesOf(site, run.runId), expected);
    assert.equal((await site.storage.runs.run(run.runId))?.epoch, 1, "one claim was enough");
  }
});

for (const decided of ["early", "late"] as const) {
  test(`its writer cut off after every append, with a decision that comes ${decided}: each event is there once, the decision too`, async () => {
    let cuts = 0;
    for (let cut = 0; ; cut += 1) {
      const site = openSite(decided === "early" ? decidingAtOnce : undefined);
      const run = question("go");
      const one = startProcess(site);
      one.connection.killAfter(cut);
      await startRun(one.context, run);
      const hasEnded = async () => ["waiting", "finished"].includes(await statusOf(site, run.runId));
      await waitUntil(
        "it is dead, waits or has ended",
        async () => one.connection.dead || (await hasEnded()),
      );
      if (!one.connection.dead && (await statusOf(site, run.runId)) === "waiting") {
        await decide(site, run.runId);
        await meet(site, one, run.runId);
        await waitUntil("it is dead or has ended", async () => one.connection.dead || (await hasEnded()));
      }
      if (!one.connection.dead) break;
      cuts += 1;
      const before = await readLog(site.storage, run.runId);
      site.advance(leaseMs + 1);
      const two = startProcess(site);
      await meet(site, two, run.runId);
      await waitUntil("it waits or has ended", hasEnded);
      if ((await statusOf(site, run.runId)) === "waiting") {
        await decide(site, run.runId);
        await meet(site, two, run.runId);
      }
      await over(site, run.runId);
      assert.deepEqual(await bodiesOf(site, run.runId), expected, `cut after ${cut}`);
      assert.deepEqual((await readLog(site.storage, run.runId)).slice(0, before.length), before);
    }
    assert.ok(cuts > script.length, `${cuts} cuts`);
  });
}

test("a stop ends it wherever it stands, what is open of both steps is closed, and its signal says why", async () => {
  for (const phase of ["writing", "waiting"] as const) {
    const site = openSite();
    const reasons: AbortReason[] = [];
    const produce: Producer = async function* (context) {
      context.signal.addEventListener("abort", () => reasons.push(context.signal.reason));
      const events = toy(context);
      for (let next = await events.next(); ; next = await events.next()) {
        if (next.done) return next.value;
        yield next.value;
        if (phase === "writing" && context.state.seq === 5) await context.inbox.wait(context.signal);
      }
    };
    const process = startProcess(site, produce);
    const run = question("go");
    const { done } = await startRun(process.context, run);
    if (phase === "waiting") await waits(site, run.runId);
    else
      await waitUntil(
        "both steps are open",
        async () => (await readLog(site.storage, run.runId)).length >= 5,
      );
    await stopRun(process.context, run.runId, "user");
    await done;
    await over(site, run.runId);
    const state = foldAll(await checkedLog(site, run.runId));
    assert.deepEqual([state.ending?.type, openSteps(state)], ["abort", []]);
    assert.deepEqual(reasons[0], phase === "writing" ? "stop" : "waiting");
  }
});
