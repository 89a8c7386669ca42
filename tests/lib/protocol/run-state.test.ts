import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "#lib/protocol/fold.ts";
import { emptyRun, newestStep, openSteps, stepOf } from "#lib/protocol/run-state.ts";
import { finishStep, ids, numbered, start, startStep } from "../../support/event-builders.ts";

const events = numbered([start(), startStep("one"), startStep("two", 1), finishStep("stop", "one")]);
const state = events.reduce(fold, emptyRun(ids.run));

test("the newest step is the one that started last, open or not", () => {
  assert.equal(newestStep(state)?.stepId, "two");
  const finished = numbered([finishStep("stop", "two")], { startAt: 5 }).reduce(fold, state);
  assert.equal(newestStep(finished)?.stepId, "two");
  assert.equal(newestStep(emptyRun(ids.run)), undefined);
});

test("open are the steps without a finish reason, in the order of their start", () => {
  assert.deepEqual(
    openSteps(state).map(({ stepId }) => stepId),
    ["two"],
  );
  assert.deepEqual(openSteps(emptyRun(ids.run)), []);
});

test("a step is found by its id, open or not", () => {
  assert.equal(stepOf(state, "one")?.finishReason, "stop");
  assert.equal(stepOf(state, "two")?.finishReason, undefined);
  assert.equal(stepOf(state, "three"), undefined);
});
