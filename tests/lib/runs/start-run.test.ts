import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { removeConversation } from "#lib/conversations/remove-conversation.ts";
import { undoMs } from "#lib/protocol/limits.ts";
import { startRun } from "#lib/runs/start-run.ts";
import type { StartBounds } from "#lib/storage/limit-store.ts";
import type { NewRun, RunStore } from "#lib/storage/run-store.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { foldAll, question, readLog, runContext, textOf, userId } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { leaseMs, openSite, over, type Site } from "./crash-bench.ts";

const answers = () => scriptedModel([...says("5"), finished]);
const limit = (max: number): StartBounds => ({ starts: [{ who: "somebody", max }] });
const unbound: StartBounds = { starts: [] };

/** How many starts were counted: ten less how many more are admitted. */
async function counted({ storage }: ReturnType<typeof runContext>): Promise<number> {
  for (let count = 10; ; count -= 1) {
    const start = { runId: randomUUID(), conversationId: randomUUID(), userId: "other", bodyHash: "h" };
    const { kind } = await storage.limits.admit(start, limit(10));
    if (kind === "refused") return count;
  }
}

test("a run is durable and held when it has been started, and driven to its end by itself", async () => {
  const hold = gate();
  const context = runContext(scriptedModel([hold.promise, ...says("5"), finished]));
  const run = question("2+3?");
  const started = await startRun(context, run, { bounds: limit(1) });
  assert.ok(started.kind === "created" && started.done);
  assert.deepEqual([started.run.status, started.run.epoch], ["running", 1]);
  assert.ok(context.live.get(run.runId));
  hold.open();
  await started.done;
  assert.equal(textOf(foldAll(await readLog(context.storage, run.runId))), "5");
  assert.equal(context.live.get(run.runId), undefined);
});

test("a producer that is known is the one that writes it", async () => {
  const context = runContext(answers(), { pickProducer: () => assert.fail("picked again") });
  const other = runContext(scriptedModel([...says("six"), finished]));
  const run = question("2+3?");
  const producer = await other.pickProducer({ agent: "assistant" });
  await (await startRun(context, run, { producer })).done;
  assert.equal(textOf(foldAll(await readLog(context.storage, run.runId))), "six");
});

test("a start beyond a bound is refused: nothing is created, and the model is not asked", async () => {
  const model = answers();
  const context = runContext(model);
  await (await startRun(context, question("a"), { bounds: limit(1) })).done;
  const run = question("b");
  const refused = await startRun(context, run, { bounds: limit(1) });
  assert.ok(refused.kind === "refused" && refused.bound === "starts" && refused.done === undefined);
  assert.equal(await context.storage.runs.run(run.runId), null);
  assert.equal(model.requests.length, 1);
});

test("a run that is there is no start: it is attached to whatever was used up, and counts once", async () => {
  const context = runContext(answers());
  const run = question("a");
  const first = await startRun(context, run, { bounds: limit(10) });
  for (const bounds of [limit(0), unbound, undefined]) {
    const again = await startRun(context, run, bounds && { bounds });
    assert.deepEqual([again.kind, again.done], ["exists", undefined]);
  }
  await first.done;
  assert.equal((await startRun(context, run, { bounds: limit(0) })).kind, "exists");
  assert.equal(
    (await startRun(context, { ...run, bodyHash: "other" }, { bounds: limit(0) })).kind,
    "conflict",
  );
  assert.equal(await counted(context), 1);
});

test("without a bound nothing is counted", async () => {
  const context = runContext(answers());
  for (const bounds of [undefined, unbound])
    await (await startRun(context, question("a"), bounds && { bounds })).done;
  assert.equal(await counted(context), 0);
});

test("a start that comes to nothing for another reason is not counted", async () => {
  const hold = gate();
  const context = runContext(scriptedModel([hold.promise, ...says("5"), finished]));
  const { conversationId, runId } = question("a");
  const first = await startRun(context, question("a", { conversationId, runId }));
  const comesTo = async (run: NewRun) => (await startRun(context, run, { bounds: limit(10) })).kind;
  assert.equal(await comesTo(question("b", { conversationId })), "busy");
  assert.equal(await comesTo({ ...question("b", { conversationId }), userId: "bob" }), "not-found");
  hold.open();
  await first.done;
  const stale = { kind: "message", message: { id: randomUUID(), text: "b" }, parentMessageId: null } as const;
  assert.equal(await comesTo({ ...question("b", { conversationId }), ask: stale }), "stale");
  const rest = { kind: "continue", continueRunId: runId } as const;
  assert.equal(await comesTo({ ...question("b", { conversationId }), ask: rest }), "complete");
  assert.equal(await counted(context), 0);
});

test("a run of a deleted conversation is not started anew, and says no more than its user may know", async () => {
  const context = runContext(answers());
  const run = question("a");
  await (await startRun(context, run)).done;
  await removeConversation(context, run.conversationId, userId);
  const cases = [
    [run, "gone"],
    [{ ...run, userId: "bob" }, "not-found"],
    [{ ...run, conversationId: randomUUID() }, "conflict"],
  ] as const;
  for (const [again, kind] of cases)
    assert.equal((await startRun(context, again, { bounds: limit(10) })).kind, kind);
  assert.equal(await counted(context), 0);
});

test("a run that is purged between the admission and the start is not started anew", async () => {
  const site = openSite();
  const { context } = site.start(answers());
  const run = question("a");
  await (await startRun(context, run)).done;
  await removeConversation(context, run.conversationId, userId);
  const { limits } = context.storage;
  const admit: typeof limits.admit = async (...args) => {
    const admission = await limits.admit(...args);
    site.advance(undoMs + 1);
    assert.equal(await site.storage.runs.trim(), 1);
    return admission;
  };
  const purging = { ...context, storage: { ...context.storage, limits: { ...limits, admit } } };
  assert.equal((await startRun(purging, run, { bounds: limit(10) })).kind, "gone");
  assert.equal(await site.storage.runs.run(run.runId), null);
});

test("a run without a holder that is in the way is taken over, and its conversation asked again", async () => {
  const site = openSite();
  const one = site.start(scriptedModel([...says("a"), new Promise(() => undefined)]));
  const { conversationId, runId } = question("a");
  await startRun(one.context, question("a", { conversationId, runId }));
  one.connection.kill();
  const two = site.start(answers());
  const next = () => startRun(two.context, question("b", { conversationId }));
  assert.equal((await next()).kind, "busy");
  site.advance(leaseMs + 1);
  assert.equal((await next()).kind, "busy", "it is being written here now");
  await over(site, runId);
  assert.equal((await next()).kind, "created");
});

test("a start that the store refuses is an error, and nothing is left of it", async () => {
  const model = answers();
  const context = runContext(model);
  const away = new StorageError("unavailable", "away");
  const runs = { ...context.storage.runs, createRun: () => Promise.reject(away) };
  const run = question("a");
  await assert.rejects(startRun({ ...context, storage: { ...context.storage, runs } }, run), away);
  assert.deepEqual([await context.storage.runs.run(run.runId), model.requests], [null, []]);
});

/** A process whose starts are done, and never answered. */
function openLossy(answering: (runs: RunStore) => Partial<RunStore>) {
  const site = openSite();
  const { context } = site.start(answers());
  const { runs } = context.storage;
  const lost = new StorageError("unavailable", "the reply was lost");
  const createRun: typeof runs.createRun = async (...args) => {
    await runs.createRun(...args);
    throw lost;
  };
  const lossy = { ...context.storage, runs: { ...runs, createRun, ...answering(runs) } };
  return { site, context, lossy: { ...context, storage: lossy }, lost };
}

/** Under the lease that it was created with. */
async function assertDriven(site: Site, runId: string): Promise<void> {
  await over(site, runId);
  const { epoch, continuations } = (await site.storage.runs.run(runId)) ?? assert.fail();
  assert.deepEqual([epoch, continuations], [1, 0]);
}

test("a start whose reply is lost is found, attached to and driven", async () => {
  const { site, lossy, context } = openLossy(() => ({}));
  const run = question("2+3?");
  const started = await startRun(lossy, run);
  assert.equal(started.kind, "exists");
  await started.done;
  await assertDriven(site, run.runId);
  assert.equal((await startRun(context, run)).kind, "exists");
});

test("where not even that can be read, whoever asked is told that it is not known, and it is driven", async () => {
  const away = new StorageError("unavailable", "away");
  const { site, lossy } = openLossy(() => ({ run: () => Promise.reject(away) }));
  const run = question("2+3?");
  await assert.rejects(startRun(lossy, run), { name: "StorageError", mayBeDone: true });
  await assertDriven(site, run.runId);
});

test("a run in the way that cannot be taken over now is in the way", async () => {
  const site = openSite();
  const one = site.start(scriptedModel([...says("a"), new Promise(() => undefined)]));
  const { conversationId, runId } = question("a");
  await startRun(one.context, question("a", { conversationId, runId }));
  one.connection.kill();
  site.advance(leaseMs + 1);
  const { context } = site.start(answers());
  const full = new StorageError("full", "full");
  const runs = { ...context.storage.runs, claim: () => Promise.reject(full) };
  const refusing = { ...context, storage: { ...context.storage, runs } };
  assert.equal((await startRun(refusing, question("b", { conversationId }))).kind, "busy");
});
