import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { thisHolder } from "#lib/runs/holder.ts";
import { createLeaseWatch } from "#lib/runs/lease-watch.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import type { NewRun, RunMeta } from "#lib/storage/run-store.ts";
import { foldAll, question, readLog, textOf } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { openSite, over } from "./crash-bench.ts";

/** A lease long enough for a busy machine, and short enough to wait for. */
const times = { leaseMs: 6000, heartbeatMs: 300 };
const silent = () => new Promise<never>(() => undefined);

test("a lease is fresh after it was seen to change, and only one that was seen live is known", () => {
  const watch = createLeaseWatch();
  // Cast: nothing else of a run is looked at.
  const run = (leaseUntil: number, epoch = 1) => ({ runId: "r", epoch, leaseUntil }) as RunMeta;
  assert.equal(watch.isFresh(run(10), 0, 100), false);
  watch.observe([], [run(10)], 0);
  assert.equal(watch.isFresh(run(10), 0, 100), false, "a process that has just begun waits for nothing");
  watch.observe([run(10)], [], 5);
  assert.deepEqual([watch.isFresh(run(10), 104, 100), watch.isFresh(run(10), 105, 100)], [true, false]);
  watch.observe([], [run(10)], 60);
  assert.equal(watch.isFresh(run(10), 105, 100), false, "that it has lapsed is no change");
  assert.equal(watch.isFresh(run(20), 105, 100), true, "it was renewed since");
  assert.equal(watch.isFresh(run(10, 2), 105, 100), true, "somebody else has it since");
  watch.observe([], [], 200);
  assert.equal(watch.isFresh(run(10), 200, 100), false, "what is over is forgotten");
});

const jumps: [what: string, ms: number][] = [
  ["a little more than a lease", times.leaseMs + 1],
  ["an hour", 3_600_000],
  ["ten years", 315_360_000_000],
];
for (const [what, jumpMs] of jumps)
  test(`58 the clock is set forward by ${what} while a model is silent: it is asked once, and nobody takes its run`, async () => {
    const site = openSite();
    const hold = gate();
    const model = scriptedModel([hold.promise, ...says("at last"), finished]);
    const { context } = site.start(model, times);
    const others = [1, 2].map(() => site.start(scriptedModel([...says("stolen"), finished]), times));
    const run = question("go");
    const sweeping = new AbortController();
    try {
      const { done } = await startRun(context, run);
      for (const other of others) keepSweeping(other.context, 20, sweeping.signal);
      // Every process has looked on for a while.
      const before = others.map(({ connection }) => connection.calls);
      await waitUntil("they sweep", () =>
        others.every(({ connection }, at) => connection.calls > (before[at] ?? 0) + 6),
      );
      site.advance(jumpMs);
      const renewed = async () =>
        ((await site.storage.runs.run(run.runId))?.leaseUntil ?? 0) > site.clock.wall();
      await waitUntil("its holder has renewed it", renewed);
      hold.open();
      await done;
    } finally {
      sweeping.abort();
    }
    const events = await readLog(site.storage, run.runId);
    assert.equal(textOf(foldAll(events)), "at last");
    assert.deepEqual(new Set(events.map(({ epoch }) => epoch)), new Set([1]));
    assert.equal(model.requests.length, 1);
  });

test("58 the clock is set forward while many models are silent, those of one host sooner renewed than another's: each is asked once", async () => {
  const site = openSite();
  const hold = gate();
  const silentModel = () => scriptedModel([hold.promise, ...says("at last"), finished]);
  const holders = [300, 2000].map((heartbeatMs) => site.start(silentModel(), { ...times, heartbeatMs }));
  const other = site.start(scriptedModel([...says("stolen"), finished]), times);
  const sweeping = new AbortController();
  const asked: NewRun[] = [];
  const done: Promise<void>[] = [];
  try {
    for (const { context } of holders)
      for (let count = 0; count < 120; count += 1) {
        const run = question("go");
        asked.push(run);
        done.push((await startRun(context, run)).done ?? Promise.resolve());
      }
    keepSweeping(other.context, 20, sweeping.signal);
    const before = other.connection.calls;
    await waitUntil("it sweeps", () => other.connection.calls > before + 6);
    site.advance(3_600_000);
    const isRenewed = async ({ runId }: NewRun) =>
      ((await site.storage.runs.run(runId))?.leaseUntil ?? 0) > site.clock.wall();
    await waitUntil("all are renewed", async () => (await Promise.all(asked.map(isRenewed))).every(Boolean));
    hold.open();
    await Promise.all(done);
  } finally {
    sweeping.abort();
  }
  for (const { runId } of asked) {
    const events = await readLog(site.storage, runId);
    assert.deepEqual(new Set(events.map(({ epoch }) => epoch)), new Set([1]));
  }
});

test("58 a process that begins after the clock was set forward waits for a holder that it sees alive", async () => {
  const site = openSite();
  const self = thisHolder();
  const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
  const startedAt = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  const hold = gate();
  const model = scriptedModel([hold.promise, ...says("at last"), finished]);
  const { context } = site.start(model, { ...times, holder: { ...self, pid: process.ppid, startedAt } });
  const run = question("go");
  const { done } = await startRun(context, run);
  site.advance(3_600_000);
  const late = site.start(scriptedModel([...says("stolen"), finished]), { ...times, holder: self });
  const sweeping = new AbortController();
  keepSweeping(late.context, 20, sweeping.signal);
  const renewed = async () => ((await site.storage.runs.run(run.runId))?.leaseUntil ?? 0) > site.clock.wall();
  await waitUntil("its holder has renewed it", renewed);
  hold.open();
  await done;
  sweeping.abort();
  assert.equal(textOf(foldAll(await readLog(site.storage, run.runId))), "at last");
  assert.equal(model.requests.length, 1);
});

test("58 a holder that is gone when the clock is set forward is not waited for any longer than a lease", async () => {
  const site = openSite();
  const first = site.start(scriptedModel([...says("a "), silent()]), times);
  const other = site.start(scriptedModel([...says("whole"), finished]), times);
  const run = question("go");
  const sweeping = new AbortController();
  try {
    await startRun(first.context, run);
    await waitUntil("it writes", async () => ((await site.storage.runs.run(run.runId))?.head ?? 0) >= 4);
    keepSweeping(other.context, 20, sweeping.signal);
    const before = other.connection.calls;
    await waitUntil("the other sweeps", () => other.connection.calls > before + 6);
    first.connection.kill();
    site.advance(3_600_000);
    await over(site, run.runId, times.leaseMs * 10);
  } finally {
    sweeping.abort();
  }
  assert.match(textOf(foldAll(await readLog(site.storage, run.runId))), /whole$/);
});
