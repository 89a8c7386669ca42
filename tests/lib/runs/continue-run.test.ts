import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelPart } from "#lib/models/model.ts";
import type { Usage } from "#lib/protocol/run-event.ts";
import { newestStep } from "#lib/protocol/run-state.ts";
import { continueRun } from "#lib/runs/continue-run.ts";
import { thisHolder } from "#lib/runs/holder.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";
import { foldAll, question, readLog, textOf } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import {
  checkedLog,
  leaseMs,
  openSite,
  over,
  type Process,
  pacedModel,
  type Site,
  sweep,
  usageOf,
} from "./crash-bench.ts";

const thinks = (...deltas: string[]): ModelPart[] => deltas.map((delta) => ({ type: "reasoning", delta }));
const answer: ModelPart[] = [
  ...thinks("hm, ", "two ", "and 三 "),
  ...says("It ", "is ", "five", " 😀."),
  { type: "usage", usage: usageOf(7, 5) },
  finished,
];

const metaOf = async ({ storage }: Site, runId: string): Promise<RunMeta> =>
  (await storage.runs.run(runId)) ?? assert.fail("no run");

/** A process that writes the answer, killed when its log has had `writes` writes. */
function startPaced(site: Site, parts: readonly ModelPart[], killAfter = Infinity) {
  const model = pacedModel(parts, () => process.connection);
  const process = site.start(model);
  process.connection.killAfter(killAfter);
  return { ...process, model };
}

async function died(process: Process): Promise<void> {
  await waitUntil("the process is dead", () => process.connection.dead);
}

async function undisturbed() {
  const site = openSite();
  const process = startPaced(site, answer);
  const run = question("2+3?");
  await (await startRun(process.context, run)).done;
  const state = foldAll(await checkedLog(site, run.runId));
  return { state, writes: process.connection.writes };
}

const written = (state: ReturnType<typeof foldAll>) =>
  state.parts.map((part) => [part.type, "text" in part ? part.text : ""]);

/** Two reports of the same figures. */
const doubled: Usage = usageOf(14, 10);

test("cut off after any append, a run goes on elsewhere to the text of an undisturbed one", async () => {
  const whole = await undisturbed();
  assert.ok(whole.writes >= 8, `${whole.writes} writes`);
  let finishedSteps = 0;
  const tookOver = new Set<boolean>();
  for (let cut = 0; cut < whole.writes; cut += 1) {
    const site = openSite();
    const first = startPaced(site, answer, cut);
    const run = question("2+3?");
    const { run: created } = { run: undefined, ...(await startRun(first.context, run)) };
    assert.ok(created);
    await died(first);
    const before = await readLog(site.storage, run.runId);
    const second = startPaced(site, answer);
    // While the lease is live, nobody takes it.
    await continueRun(second.context, await metaOf(site, run.runId));
    assert.equal((await metaOf(site, run.runId)).epoch, 1);
    site.advance(leaseMs + 1);
    if (cut % 2 === 0) sweep(second);
    else await continueRun(second.context, await metaOf(site, run.runId));
    await over(site, run.runId);
    const events = await checkedLog(site, run.runId);
    const state = foldAll(events);
    assert.deepEqual(written(state), written(whole.state), `cut after ${cut}`);
    assert.deepEqual(events.slice(0, before.length), before, "what was written is never changed");
    const step = newestStep(foldAll(before));
    const isStepDone = step?.finishReason !== undefined;
    const hasText = textOf(foldAll(before)) !== "";
    const left = step && !isStepDone;
    const again = events.flatMap(({ type }) => (/^(reset|continue)-step$/.test(type) ? [type] : []));
    assert.deepEqual(again, left ? [hasText ? "continue-step" : "reset-step"] : [], `cut after ${cut}`);
    if (left) tookOver.add(hasText);
    assert.equal(second.model.asked, isStepDone ? 0 : 1);
    assert.ok(first.model.asked <= 1);
    assert.equal(state.ending?.type, "finish");
    const reports = events.filter(({ type }) => type === "usage").length;
    assert.deepEqual(state.total, reports === 2 ? doubled : usageOf(7, 5));
    if (isStepDone) finishedSteps += 1;
    assert.deepEqual(
      second.lines.filter(({ level }) => level === "error"),
      [],
    );
  }
  assert.ok(finishedSteps > 0, "no cut lay between the finished step and the terminal event");
  assert.equal(tookOver.size, 2, "a step was left with text, and one without");
});

test("no character that was shown is ever taken away, however often an answer is cut off", async () => {
  const words = Array.from({ length: 12 }, (_, at) => `word ${at} `);
  const site = openSite();
  const run = question("go");
  let shown = "";
  let seen = 0;
  for (let crash = 0; crash < 5; crash += 1) {
    // A word or two each.
    const process = startPaced(site, [...says(...words), finished], crash === 0 ? 3 : 2);
    if (crash === 0) await startRun(process.context, run);
    else sweep(process);
    await died(process);
    const log = await readLog(site.storage, run.runId);
    for (let at = seen; at < log.length; at += 1) {
      const text = textOf(foldAll(log.slice(0, at + 1)));
      assert.ok(text.startsWith(shown), `${log[at]?.type} took something away`);
      shown = text;
    }
    seen = log.length;
    site.advance(leaseMs + 1);
  }
  assert.ok(shown.length > 0);
  const { continuations } = await metaOf(site, run.runId);
  assert.equal(continuations, 0, "new text: the crashes before it do not count");
  sweep(startPaced(site, [...says(...words), finished]));
  await over(site, run.runId);
  const state = foldAll(await checkedLog(site, run.runId));
  assert.deepEqual([textOf(state), state.ending?.type], [words.join(""), "finish"]);
});

test("two crashes in a row are survived; after the third the run is interrupted without asking the model", async () => {
  for (const crashes of [2, 3]) {
    const site = openSite();
    const run = question("go");
    const models: { asked: number }[] = [];
    for (let crash = 0; crash < crashes; crash += 1) {
      // In its thoughts: they are no text.
      const process = startPaced(site, answer, 3);
      models.push(process.model);
      if (crash === 0) await startRun(process.context, run);
      else sweep(process);
      await died(process);
      site.advance(leaseMs + 1);
    }
    const last = startPaced(site, answer);
    sweep(last);
    await over(site, run.runId);
    const state = foldAll(await checkedLog(site, run.runId));
    assert.deepEqual(
      models.map(({ asked }) => asked),
      Array.from({ length: crashes }, () => 1),
    );
    assert.equal(last.model.asked, crashes === 2 ? 1 : 0);
    assert.equal(state.ending?.type, crashes === 2 ? "finish" : "interrupted");
    if (crashes === 3) assert.ok(written(state).flat().join("").includes("hm, "), "the partial is kept");
  }
});

test("a stop that was asked while the holder was dead ends the run as stopped, without a model call", async () => {
  const { writes } = await undisturbed();
  for (let cut = 0; cut < writes; cut += 1) {
    const site = openSite();
    const first = startPaced(site, answer, cut);
    const run = question("go");
    await startRun(first.context, run);
    await died(first);
    const kept = written(foldAll(await readLog(site.storage, run.runId)));
    const second = startPaced(site, answer);
    await stopRun(second.context, run.runId, "user", "enough");
    site.advance(leaseMs + 1);
    sweep(second);
    await over(site, run.runId);
    const state = foldAll(await checkedLog(site, run.runId));
    assert.deepEqual([state.ending?.type, second.model.asked], ["abort", 0]);
    assert.equal((await metaOf(site, run.runId)).status, "stopped");
    assert.deepEqual(written(state), kept, "what was written is kept, and never reset");
  }
});

test("a holder that is dead on this host need not lapse first: one look is enough", async () => {
  const self = thisHolder();
  for (const stop of [false, true]) {
    const site = openSite();
    const gone = { ...self, pid: 4_194_999, startedAt: "1" };
    const model = pacedModel(answer, () => first.connection);
    const first = site.start(model, { holder: gone });
    first.connection.killAfter(4);
    const run = question("go");
    await startRun(first.context, run);
    await died(first);
    const next = pacedModel(answer, () => second.connection);
    const second = site.start(next, { holder: self });
    if (stop) await stopRun(second.context, run.runId, "user");
    else sweep(second);
    await over(site, run.runId);
    assert.equal(foldAll(await checkedLog(site, run.runId)).ending?.type, stop ? "abort" : "finish");
    assert.equal(next.asked, stop ? 0 : 1);
  }
});

test("handing over is no continuation: a run that changes hands five times still finishes, and both reports are added up", async () => {
  const site = openSite();
  const run = question("go");
  const parts = (word: string) => [
    ...says(word),
    { type: "usage", usage: usageOf(7, 5) } satisfies ModelPart,
  ];
  const requests = [];
  for (let hand = 0; hand < 5; hand += 1) {
    const model = scriptedModel([...parts(`${hand} `), new Promise(() => undefined)]);
    requests.push(model.requests);
    const process = site.start(model);
    if (hand === 0) await startRun(process.context, run);
    else sweep(process);
    await waitUntil("the answer has begun", async () =>
      (await readLog(site.storage, run.runId)).some(
        ({ type, epoch }) => type === "text-delta" && epoch === hand + 1,
      ),
    );
    await process.context.live.finishOrHandOver(site.clock, 0);
    const meta = await metaOf(site, run.runId);
    assert.deepEqual([meta.status, meta.leaseUntil, meta.continuations], ["queued", 0, 0]);
    assert.equal(model.requests[0]?.closed, true);
    assert.equal(
      textOf(foldAll(await readLog(site.storage, run.runId))),
      "0 1 2 3 4 ".slice(0, 2 * (hand + 1)),
    );
  }
  const last = scriptedModel([...parts("5"), finished]);
  sweep(site.start(last));
  await over(site, run.runId);
  const state = foldAll(await checkedLog(site, run.runId));
  assert.equal(textOf(state), "0 1 2 3 4 5");
  assert.equal(state.ending?.type, "finish");
  assert.deepEqual(state.total, usageOf(7 * 6, 5 * 6));
  assert.deepEqual(
    requests.map(({ length }) => length),
    [1, 1, 1, 1, 1],
  );
});

test("a long log is continued from its stored fold", async () => {
  const parts = Array.from({ length: 120 }, (_, at) => [...thinks(`r${at} `), ...says(`t${at} `)]).flat();
  const site = openSite();
  const first = site.start(scriptedModel([...parts, new Promise(() => undefined)]));
  const run = question("go");
  await startRun(first.context, run);
  await waitUntil("all of it is written", async () =>
    textOf(foldAll(await readLog(site.storage, run.runId))).endsWith("t119 "),
  );
  first.connection.kill();
  const snapshot = await site.storage.runs.snapshot(run.runId);
  assert.ok(snapshot?.fold, "there is a stored fold");
  site.advance(leaseMs + 1);
  sweep(site.start(scriptedModel([...says("short"), finished])));
  await over(site, run.runId);
  const state = foldAll(await checkedLog(site, run.runId));
  assert.equal(written(state).length, 240);
  assert.deepEqual(written(state).at(-1), ["text", "t119 short"]);
});

test("a frozen holder whose run was taken over appends nothing when it wakes, and closes its model call", async () => {
  const hold = gate();
  const site = openSite();
  const model = scriptedModel([...says("one "), hold.promise, ...says("two "), new Promise(() => undefined)]);
  const first = site.start(model);
  const run = question("go");
  const { done } = { done: undefined, ...(await startRun(first.context, run)) };
  await waitUntil(
    "the first word",
    async () => textOf(foldAll(await readLog(site.storage, run.runId))) === "one ",
  );
  first.connection.freeze();
  hold.open();
  await waitUntil("it tries to write", () => first.connection.open > 0);
  site.advance(leaseMs + 1);
  sweep(site.start(scriptedModel([...says("three"), finished])));
  await over(site, run.runId);
  const events = await checkedLog(site, run.runId);
  first.connection.wake();
  await done;
  assert.equal(model.requests[0]?.closed, true);
  assert.deepEqual(await readLog(site.storage, run.runId), events);
  assert.equal(textOf(foldAll(events)), "one three");
  assert.ok(
    first.lines.some(({ message, reason }) => message === "a run's lease was lost" && reason === "fenced"),
  );
});

test("a run that nobody ever claimed is run, and one with a stop is ended", async () => {
  for (const stop of [false, true]) {
    const site = openSite();
    const run = question("go");
    await site.storage.runs.createRun(run);
    if (stop) await site.storage.runs.requestStop(run.runId, "user");
    const model = scriptedModel([...says("ok"), finished]);
    sweep(site.start(model));
    await over(site, run.runId);
    const state = foldAll(await checkedLog(site, run.runId));
    assert.deepEqual([textOf(state), model.requests.length], stop ? ["", 0] : ["ok", 1]);
  }
});

test("a stop that comes in the moment of the hand-over ends the run at once", async () => {
  const site = openSite();
  const process = site.start(scriptedModel([...says("one "), new Promise(() => undefined)]));
  const run = question("go");
  await startRun(process.context, run);
  await waitUntil(
    "the first word",
    async () => textOf(foldAll(await readLog(site.storage, run.runId))) === "one ",
  );
  // Another process has made the fields durable; this one does not know yet.
  process.connection.freeze();
  const handedOver = process.context.live.finishOrHandOver(site.clock, 0);
  await site.storage.runs.requestStop(run.runId, "user");
  process.connection.wake();
  await handedOver;
  assert.equal(foldAll(await checkedLog(site, run.runId)).ending?.type, "abort");
});

test("a holder that was frozen before it asked the model renews its lease and goes on: nobody asked it to stop", async () => {
  const site = openSite();
  let now = 0;
  const model = scriptedModel([...says("one"), finished]);
  const hold = gate();
  const process = site.start(model, {
    clock: { ...site.clock, now: () => now },
    pickModel: async () => {
      await hold.promise;
      return model;
    },
  });
  const run = question("go");
  const { done } = { done: undefined, ...(await startRun(process.context, run)) };
  await waitUntil("it is claimed", async () => (await metaOf(site, run.runId)).epoch === 1);
  now += leaseMs;
  site.advance(leaseMs);
  hold.open();
  await done;
  assert.equal(textOf(foldAll(await checkedLog(site, run.runId))), "one");
});

test("a store that never answers: the holder stops writing after two leases, and its model call is closed", async () => {
  const site = openSite();
  let now = 0;
  const hold = gate();
  const model = scriptedModel([...says("one "), hold.promise, ...says("two "), new Promise(() => undefined)]);
  const process = site.start(model, { clock: { ...site.clock, now: () => now }, heartbeatMs: 10 });
  const run = question("go");
  const { done } = { done: undefined, ...(await startRun(process.context, run)) };
  await waitUntil(
    "the first word",
    async () => textOf(foldAll(await readLog(site.storage, run.runId))) === "one ",
  );
  process.connection.kill();
  hold.open();
  await waitUntil("it tries to write", () => process.connection.open > 0);
  now += leaseMs * 2 + 1;
  await done;
  assert.equal(model.requests[0]?.closed, true);
  assert.equal(process.context.live.get(run.runId), undefined);
});

test("a run whose log cannot be read keeps no other run from going on", async () => {
  const site = openSite();
  const [damaged, sound] = [question("a"), question("b")];
  await site.storage.runs.createRun(damaged);
  site.advance(1);
  await site.storage.runs.createRun(sound);
  const model = scriptedModel([...says("ok"), finished]);
  const process = site.start(model);
  const { runs } = process.connection;
  const claim: typeof runs.claim = (runId, ...rest) =>
    runId === damaged.runId ? Promise.reject(new Error("damaged")) : runs.claim(runId, ...rest);
  const storage = {
    ...process.connection,
    runs: new Proxy(runs, { get: (target, name) => (name === "claim" ? claim : Reflect.get(target, name)) }),
  };
  sweep({ ...process, context: { ...process.context, storage } });
  await over(site, sound.runId);
  assert.ok(
    process.lines.some(({ runId }) => runId === damaged.runId),
    "it is named in the log",
  );
});
