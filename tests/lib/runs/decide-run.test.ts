import assert from "node:assert/strict";
import { test } from "node:test";
import { decideRun } from "#lib/runs/decide-run.ts";
import type { RunContext } from "#lib/runs/run-context.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import type { Decision } from "#lib/storage/run-store.ts";
import { type AskingOptions, askingProducer } from "../../support/asking-producer.ts";
import { foldAll, question, readLog } from "../../support/run-bench.ts";
import { scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { checkedLog, leaseMs, openSite, over, type Process, type Site, sweep } from "./crash-bench.ts";

const yes: Decision = { approvalId: "call-1:1", approved: true, by: "user" };
const dayMs = 86_400_000;

interface Bench {
  site: Site;
  /** The calls that ran, by whatever process. */
  ran: string[];
  process(options?: Pick<RunContext, "approvalMs">): Process;
}

function openBench(options: Omit<AskingOptions, "onRun"> = {}): Bench {
  const site = openSite();
  const ran: string[] = [];
  const produce = askingProducer({ ...options, onRun: (toolCallId) => void ran.push(toolCallId) });
  const pickProducer = async () => ({ produce, model: "asking", usesKey: false });
  return { site, ran, process: (own) => site.start(scriptedModel(), { pickProducer, ...own }) };
}

/** A run that waits, which nobody holds. */
async function waitingRun(bench: Bench, model?: string): Promise<string> {
  const run = { ...question("go"), ...(model !== undefined && { model }) };
  await (await startRun(bench.process().context, run)).done;
  assert.equal((await bench.site.storage.runs.run(run.runId))?.status, "waiting");
  return run.runId;
}

const decide = ({ context }: Process, runId: string, decision = yes, inputHash = "hash") =>
  decideRun(context, { runId, decision, inputHash });

test("3.4 fifty decisions at once, by two processes: the call runs once, and everybody is told the same", async () => {
  const bench = openBench();
  const runId = await waitingRun(bench);
  const [one, two] = [bench.process(), bench.process()];
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, index) => decide(index % 2 ? one : two, runId)),
  );
  assert.deepEqual(new Set(results.map((result) => result?.kind)), new Set(["decided"]));
  await over(bench.site, runId);
  assert.deepEqual(bench.ran, ["call-1"]);
  const log = await checkedLog(bench.site, runId);
  assert.equal(log.filter(({ type }) => type === "tool-approval-response").length, 1);
});

test("5.8 a run that waits goes on a day later, by any process, be it one that has started since", async () => {
  for (const how of ["by whoever decides", "by a sweep"] as const) {
    const bench = openBench();
    const runId = await waitingRun(bench);
    bench.site.advance(dayMs);
    const next = bench.process();
    // Whoever decides may be gone before it has taken the run over.
    if (how === "by a sweep") await bench.site.storage.runs.decide(runId, yes, "hash");
    else await decide(next, runId);
    sweep(next);
    await over(bench.site, runId);
    assert.deepEqual(bench.ran, ["call-1"]);
    assert.equal(foldAll(await checkedLog(bench.site, runId)).ending?.type, "finish");
  }
});

async function swept(process: Process): Promise<void> {
  const { connection } = process;
  const { calls } = connection;
  sweep(process);
  await waitUntil("it was swept", () => connection.calls > calls && connection.open === 0);
}

test("5.8 a sweep leaves a run alone that waits, however long", async () => {
  const bench = openBench();
  const runId = await waitingRun(bench);
  const head = (await bench.site.storage.runs.run(runId))?.head;
  bench.site.advance(10 * dayMs);
  await swept(bench.process());
  assert.deepEqual([(await bench.site.storage.runs.run(runId))?.head, bench.ran], [head, []]);
});

test("R13 a run that nobody answers ends in words once its time is over, by any process, and can be continued", async () => {
  const bench = openBench();
  const runId = await waitingRun(bench);
  const limited = bench.process({ approvalMs: 7 * dayMs });
  bench.site.advance(6 * dayMs);
  await swept(limited);
  assert.equal((await bench.site.storage.runs.run(runId))?.status, "waiting");
  bench.site.advance(dayMs);
  sweep(limited);
  await over(bench.site, runId);
  const { ending, parts } = foldAll(await checkedLog(bench.site, runId));
  assert.deepEqual(ending?.type === "abort" && [ending.by, ending.reason], ["server", "expired"]);
  assert.match(parts[0]?.type === "tool" ? (parts[0].errorText ?? "") : "", /nobody decided in time/);
  assert.deepEqual(bench.ran, []);
  assert.equal((await decide(limited, runId))?.kind, "over");
});

test("5.8 of two calls the one that was decided goes on and is seen at once; the run ends after the other", async () => {
  const bench = openBench({ toolCallIds: ["call-1", "call-2"] });
  const runId = await waitingRun(bench);
  const process = bench.process();
  const first = await decide(process, runId);
  assert.ok(first && "done" in first);
  await first.done;
  assert.equal((await bench.site.storage.runs.run(runId))?.status, "waiting");
  assert.deepEqual(bench.ran, ["call-1"]);
  assert.ok((await readLog(bench.site.storage, runId)).some(({ type }) => type === "tool-approval-response"));
  await decide(process, runId, { ...yes, approvalId: "call-2:1", approved: false, reason: "no" });
  await over(bench.site, runId);
  assert.deepEqual(bench.ran, ["call-1"]);
  const types = (await checkedLog(bench.site, runId)).map(({ type }) => type);
  assert.ok(types.includes("tool-output-denied"));
});

test("5.3 the process that took the decision is cut off after any append: the next one goes on, and nothing runs twice but what was not started", async () => {
  for (let cut = 0; ; cut += 1) {
    const bench = openBench();
    const runId = await waitingRun(bench);
    const one = bench.process();
    one.connection.killAfter(cut);
    await Promise.race([decide(one, runId), waitUntil("it is dead", () => one.connection.dead)]);
    const hasEnded = async () => (await bench.site.storage.runs.run(runId))?.status === "finished";
    await waitUntil("it is dead or has ended", async () => one.connection.dead || (await hasEnded()));
    if (!one.connection.dead) break;
    assert.equal((await bench.site.storage.runs.decide(runId, yes, "hash"))?.kind, "decided");
    bench.site.advance(leaseMs + 1);
    sweep(bench.process());
    await over(bench.site, runId);
    const log = await checkedLog(bench.site, runId);
    assert.equal(log.filter(({ type }) => type === "tool-approval-response").length, 1, `cut ${cut}`);
  }
});

/** The run is started, and `act` is awaited in the moment in which its holder has just suspended it. */
async function inTheMoment(bench: Bench, act: (context: RunContext, runId: string) => Promise<unknown>) {
  const { context } = bench.process();
  const { runs } = context.storage;
  const asked = question("go");
  const suspend: typeof runs.suspend = async (lease, to) => {
    const reply = await runs.suspend(lease, to);
    await act(meddled, asked.runId);
    return reply;
  };
  const meddled: RunContext = { ...context, storage: { ...context.storage, runs: { ...runs, suspend } } };
  await startRun(meddled, asked);
  await over(bench.site, asked.runId, 2000);
  return foldAll(await checkedLog(bench.site, asked.runId));
}

test("5.8 a decision in the moment in which the run is suspended is followed at once, without a sweep", async () => {
  const bench = openBench();
  const { ending } = await inTheMoment(bench, async (context, runId) => {
    const result = await decideRun(context, { runId, decision: yes, inputHash: "hash" });
    assert.ok(result?.kind === "decided" && result.done);
  });
  assert.deepEqual([ending?.type, bench.ran], ["finish", ["call-1"]]);
});

test("5.8 so is a stop", async () => {
  const bench = openBench();
  const { ending } = await inTheMoment(bench, (context, runId) => stopRun(context, runId, "user"));
  assert.deepEqual([ending?.type, bench.ran], ["abort", []]);
});

test("3.4 a stop ends a run that waits, and no decision brings it back", async () => {
  const bench = openBench();
  const runId = await waitingRun(bench);
  const process = bench.process();
  await stopRun(process.context, runId, "user");
  assert.equal((await decide(process, runId))?.kind, "over");
  await over(bench.site, runId);
  assert.equal(foldAll(await checkedLog(bench.site, runId)).ending?.type, "abort");
  assert.equal((await decide(process, runId))?.kind, "over");
  assert.deepEqual(bench.ran, []);
});

test("5.8 a run on a key of its browser goes on with that key, and never with another", async () => {
  for (const keys of [new Map([["https://host", "sk"]]), new Map<string, string>()]) {
    const bench = openBench();
    const runId = await waitingRun(bench, "own-key:m");
    const asked: object[] = [];
    const { context } = bench.process();
    const pickProducer: RunContext["pickProducer"] = async (run) => {
      asked.push([run.model, run.keys?.size]);
      const picked = await context.pickProducer(run);
      return run.keys?.size ? { ...picked, usesOwnKey: true } : picked;
    };
    await decideRun({ ...context, pickProducer }, { runId, decision: yes, inputHash: "hash", keys });
    await over(bench.site, runId);
    // Where it has no key it is asked for by the name that is stored, which no model has.
    assert.deepEqual(
      asked,
      keys.size
        ? [["m", 1]]
        : [
            ["m", 0],
            ["own-key:m", undefined],
          ],
    );
  }
});

test("3.4 what was asked for with another input, or never, is not decided", async () => {
  const bench = openBench();
  const runId = await waitingRun(bench);
  const process = bench.process();
  assert.equal((await decide(process, runId, yes, "another"))?.kind, "changed");
  assert.equal((await decide(process, runId, { ...yes, approvalId: "call-1:2" }))?.kind, "not-found");
  assert.equal(await decide(process, crypto.randomUUID()), null);
  assert.equal((await bench.site.storage.runs.run(runId))?.status, "waiting");
  assert.deepEqual(bench.ran, []);
});
