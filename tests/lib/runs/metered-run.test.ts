import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome, Producer } from "#lib/agents/producer.ts";
import type { LeftRun, RunMeter } from "#lib/metrics/run-meter.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { continueRun } from "#lib/runs/continue-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import { stopRun } from "#lib/runs/stop-run.ts";
import { keepSweeping } from "#lib/runs/sweep-runs.ts";
import { startStep, textDelta, textStart } from "../../support/event-builders.ts";
import { question, runContext } from "../../support/run-bench.ts";
import { gate, scriptedModel } from "../../support/scripted-model.ts";
import { waitUntil } from "../../support/wait-until.ts";

/** A process whose runs are written by `produce`, and what it has counted. */
function metered(produce: Producer) {
  const begun: string[] = [];
  const left: LeftRun[] = [];
  const retried: string[] = [];
  const swept: object[] = [];
  let appends = 0;
  const meter: RunMeter = {
    began: (how) => void begun.push(how),
    appended(ms) {
      assert.ok(ms >= 0);
      appends += 1;
    },
    retried: (reason) => void retried.push(reason),
    left: (run) => void left.push(run),
    swept: (found) => void swept.push(found),
  };
  const context = runContext(scriptedModel(), {
    meter,
    pickProducer: async () => ({ produce, model: "m", usesKey: false }),
  });
  return { context, begun, left, retried, swept, appends: () => appends };
}

const saying = (outcome: Outcome): Producer =>
  async function* () {
    yield startStep();
    yield textStart();
    yield textDelta("a");
    return outcome;
  };

const finished: Outcome = { type: "finished", finishReason: "stop" };
const unreachable = new ModelError("unreachable", "nobody listens", { retryable: true });

const ends: [outcome: Outcome, expected: Partial<LeftRun>][] = [
  [finished, { state: "finished" }],
  [
    { type: "failed", failure: unreachable },
    { state: "failed", code: "unreachable" },
  ],
  [{ type: "interrupted", reason: "time-limit", errorText: "x" }, { state: "interrupted" }],
  [{ type: "waiting" }, { state: "waiting" }],
];
for (const [outcome, expected] of ends)
  test(`a run that comes to ${outcome.type} is counted once, with its first text and its appends`, async () => {
    const { context, begun, left, appends } = metered(saying(outcome));
    await (await startRun(context, question("go"))).done;
    assert.deepEqual(begun, ["started"]);
    const [{ firstDeltaMs, durationMs, ...rest } = { state: "lost" }, ...more] = left;
    assert.deepEqual([rest, more], [expected, []]);
    assert.ok(firstDeltaMs !== undefined && firstDeltaMs >= 0);
    assert.equal(durationMs !== undefined, outcome.type !== "waiting");
    assert.ok(appends() > 0);
  });

test("a stop is counted by who asked for it", async () => {
  const { context, left } = metered(async function* ({ signal }) {
    yield startStep();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return finished;
  });
  const run = question("go");
  const { done } = await startRun(context, run);
  await stopRun(context, run.runId, "user");
  await done;
  assert.deepEqual(
    left.map(({ state, stopBy }) => [state, stopBy]),
    [["stopped", "user"]],
  );
});

test("a run that is handed over is counted as such, and as resumed where it goes on", async () => {
  const open = gate();
  const first = metered(async function* ({ signal }) {
    yield startStep();
    open.open();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return { type: "aborted" };
  });
  const run = question("go");
  const { done } = await startRun(first.context, run);
  await open.promise;
  first.context.live.get(run.runId)?.handOver();
  await done;
  assert.deepEqual(
    first.left.map(({ state }) => state),
    ["handed-over"],
  );
  const next = metered(saying(finished));
  const context = { ...next.context, storage: first.context.storage };
  const queued = await context.storage.runs.run(run.runId);
  await continueRun(context, queued ?? assert.fail("no run"));
  await waitUntil("it has ended", async () => next.left.length === 1);
  assert.deepEqual([next.begun, next.left[0]?.state], [["resumed"], "finished"]);
});

test("a sweep counts what the store has of all processes", async () => {
  const { context, swept } = metered(saying(finished));
  await context.storage.runs.createRun(question("one that nobody drives"));
  const ending = new AbortController();
  keepSweeping(context, 10_000, ending.signal);
  await waitUntil("a sweep", async () => swept.length > 0);
  ending.abort();
  assert.deepEqual(swept[0], { running: 0, queued: 1 });
});
