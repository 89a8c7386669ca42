import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { thisHolder } from "#lib/runs/holder.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import { StorageError } from "#lib/storage/storage-error.ts";
import { foldAll, question, readLog, runContext, textOf } from "../../support/run-bench.ts";
import { finished, gate, says, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { leaseMs, openSite, over } from "./crash-bench.ts";

const hangs = [...says("half"), gate().promise];

/** A run whose holder is killed in mid-answer, and a process that sweeps the same store. */
async function abandoned(holder = { host: "elsewhere", boot: "b", pid: 1, startedAt: "1" }) {
  const site = openSite();
  const first = site.start(scriptedModel(hangs), { holder });
  const run = question("go");
  await startRun(first.context, run);
  await waitUntil("it has written", async () => ((await site.storage.runs.run(run.runId))?.head ?? 0) > 2);
  first.connection.kill();
  const second = site.start(scriptedModel([...says(" and whole"), finished]), { holder: thisHolder() });
  const end = new AbortController();
  return { site, run, second, end };
}

const textIn = async ({ site, run }: Awaited<ReturnType<typeof abandoned>>) =>
  textOf(foldAll(await readLog(site.storage, run.runId)));

describe("a sweep takes a run over", () => {
  test("whose lease has lapsed", async () => {
    const world = await abandoned();
    world.site.advance(leaseMs + 1);
    keepSweeping(world.second.context, 1e9, world.end.signal);
    await over(world.site, world.run.runId);
    assert.equal(await textIn(world), "half and whole");
    world.end.abort();
  });

  test("whose holder on this host is dead, without waiting for its lease", async () => {
    const world = await abandoned({ ...thisHolder(), startedAt: "1" });
    keepSweeping(world.second.context, 1e9, world.end.signal);
    await over(world.site, world.run.runId);
    assert.equal(await textIn(world), "half and whole");
    world.end.abort();
  });

  test("but not one whose lease holds", async () => {
    const { site, run, second, end } = await abandoned();
    let sweeps = 0;
    const sleep = async () => void ((sweeps += 1) === 3 && end.abort());
    keepSweeping({ ...second.context, clock: { ...second.context.clock, sleep } }, 1, end.signal);
    await waitUntil("it swept three times", () => sweeps === 3);
    assert.deepEqual(
      [(await site.storage.runs.run(run.runId))?.epoch, second.context.live.get(run.runId)],
      [1, undefined],
    );
  });
});

test("a store that is away ends no sweeping: it is a line in the log, and swept again", async () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const end = new AbortController();
  const context = runContext(scriptedModel([finished]), { log: (entry) => void lines.push(entry) });
  const leased = () => Promise.reject(new StorageError("unavailable", "away"));
  const storage = { ...context.storage, runs: { ...context.storage.runs, leased } };
  const sleep = async () => void (lines.length === 2 && end.abort());
  keepSweeping({ ...context, storage, clock: { ...context.clock, sleep } }, 1, end.signal);
  await waitUntil("it failed twice", () => end.signal.aborted);
  assert.deepEqual(
    lines.map(({ level, message }) => [level, message]),
    Array.from({ length: 2 }, () => ["warn", "a sweep failed"]),
  );
});

test("a store that does not answer for a moment is asked again soon, and that is no line in the log", async () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const pauses: number[] = [];
  const end = new AbortController();
  const context = runContext(scriptedModel([finished]), { log: (entry) => void lines.push(entry) });
  let asked = 0;
  const leased = async () => {
    asked += 1;
    if (asked % 3 !== 0) throw new StorageError("unavailable", "no connection: none was made in time");
    return [];
  };
  const storage = { ...context.storage, runs: { ...context.storage.runs, leased } };
  const sleep = async (ms: number) => void (pauses.push(ms) === 6 && end.abort());
  keepSweeping({ ...context, storage, clock: { ...context.clock, sleep } }, 4000, end.signal);
  await waitUntil("it swept six times", () => end.signal.aborted);
  assert.deepEqual(pauses, [250, 500, 4000, 250, 500, 4000]);
  assert.deepEqual(lines, []);
});
