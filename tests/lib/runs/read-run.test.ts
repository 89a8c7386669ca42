import assert from "node:assert/strict";
import { test } from "node:test";
import type { Producer } from "#lib/agents/producer.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { readRun } from "#lib/runs/read-run.ts";
import { startRun } from "#lib/runs/start-run.ts";
import {
  finishStep,
  objectEnd,
  objectStart,
  startStep,
  textDelta,
  textEnd,
  textStart,
} from "../../support/event-builders.ts";
import { question, runContext, userId } from "../../support/run-bench.ts";
import { scriptedModel } from "../../support/scripted-model.ts";

/** What a run that wrote this is told as, once it has ended. */
async function viewAfter(events: readonly EventBody[], outcome: "finished" | "aborted" = "finished") {
  const produce: Producer = async function* () {
    yield* events;
    return outcome === "finished" ? { type: outcome, finishReason: "stop" } : { type: outcome };
  };
  const context = runContext(scriptedModel(), {
    pickProducer: async () => ({ produce, model: "m", usesKey: false }),
  });
  const run = question("go");
  await (await startRun(context, run)).done;
  assert.equal(await readRun(context, run.runId, "another"), null);
  return (await readRun(context, run.runId, userId)) ?? assert.fail("no run");
}

const says = [startStep(), textStart(), textDelta("It is 5."), textEnd(), finishStep()];

test("a run that has finished has a result: its text, the value of its object, or nothing", async () => {
  assert.deepEqual((await viewAfter(says)).result, { text: "It is 5." });
  const object = [startStep(), objectStart(), objectEnd({ sum: 5 }), finishStep()];
  assert.deepEqual((await viewAfter(object)).result, { value: { sum: 5 } });
  assert.deepEqual((await viewAfter([])).result, {});
});

test("what a stopped run wrote is no result", async () => {
  const { status, result } = await viewAfter(says, "aborted");
  assert.deepEqual([status, result], ["stopped", undefined]);
});

test("a run says how far it is", async () => {
  const progress: EventBody = { type: "progress", message: "3 of 10", progress: 3, total: 10 };
  const view = await viewAfter([progress, { ...progress, message: "4 of 10", progress: 4 }]);
  const { at: _, ...newest } = view.progress ?? assert.fail("no progress");
  assert.deepEqual(newest, { message: "4 of 10", progress: 4, total: 10 });
});
