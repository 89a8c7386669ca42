import assert from "node:assert/strict";
import { test } from "node:test";
import { agentWith, answers, callOf, resultsIn } from "../../support/agent-bench.ts";
import {
  numbered,
  start,
  startStep,
  toolInputAvailable,
  toolInputStart,
} from "../../support/event-builders.ts";
import { produce } from "../../support/producer-bench.ts";
import { callsTools, scriptedModel } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

/** A tool that fails so many times, and then gives something. */
const failing = (times: number, attempts = 3) => {
  const tool = scriptedTool(
    "look",
    () => {
      if (tool.runs.length <= times) throw new Error(`away ${tool.runs.length}`);
      return "blue";
    },
    { attempts },
  );
  return tool;
};

const tries = (events: readonly { type: string; attempt?: number; of?: number; reason?: string }[]) =>
  events.flatMap((event) =>
    event.type === "tool-start" ? [[event.attempt, event.of, ...(event.reason ? [event.reason] : [])]] : [],
  );

test("a tool that only reads is tried as often as it says, a moment apart, each time told with the reason", async () => {
  const model = scriptedModel(callsTools(["c", "look"]), answers);
  const tool = failing(2);
  const production = await produce(agentWith(model, [tool]));
  assert.deepEqual(tries(production.events), [
    [1, 3],
    [2, 3, "away 1"],
    [3, 3, "away 2"],
  ]);
  assert.deepEqual(production.waits, [500, 1000]);
  assert.deepEqual(resultsIn(model, 1), [["c", "blue"]]);
  const { attempt, attempts, failedBefore, state } = callOf(production, "c");
  assert.deepEqual([attempt, attempts, failedBefore, state], [3, 3, "away 2", "output-available"]);
});

test("the last failure is the result, one that a person may have tried once more", async () => {
  const model = scriptedModel(callsTools(["c", "look"]), answers);
  const tool = failing(9, 2);
  const production = await produce(agentWith(model, [tool]));
  assert.equal(tool.runs.length, 2);
  const { errorText, isRepeatable } = callOf(production, "c");
  assert.deepEqual([errorText, isRepeatable], ["away 2", true]);
});

test("a tool that says nothing of attempts, or does more than read, is run once", async () => {
  for (const facts of [{}, { effect: "write", attempts: 3 } as const]) {
    const tool = { ...failing(9), attempts: 1, ...facts };
    const model = scriptedModel(callsTools(["c", "look"]), answers);
    const production = await produce(agentWith(model, [tool], { policy: () => "run" }));
    assert.equal(callOf(production, "c").state, "output-error");
    assert.equal(tool.runs.length, 1);
  }
});

test("an attempt that a crash has cut off is none of those that failed", async () => {
  const log = numbered([
    ...[start(), startStep(), toolInputStart("c", "look"), toolInputAvailable("c", "look", {})],
    { type: "tool-start", toolCallId: "c", attempt: 2, of: 3, reason: "away 1" },
  ]);
  const model = scriptedModel(answers);
  const production = await produce(agentWith(model, [failing(1)]), { log });
  assert.deepEqual(tries(production.events), [
    [3, 4],
    [4, 4, "away 1"],
  ]);
});

test("a stop ends the wait for the next attempt", async () => {
  const tool = failing(9);
  const model = scriptedModel(callsTools(["c", "look"]), answers);
  const production = await produce(agentWith(model, [tool]), {
    onEvent: (event, abort) => event.type === "tool-start" && event.attempt === 2 && abort.abort("stop"),
  });
  assert.deepEqual([production.outcome.type, tool.runs.length], ["aborted", 1]);
});
