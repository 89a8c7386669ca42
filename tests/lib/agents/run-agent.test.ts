import assert from "node:assert/strict";
import { test } from "node:test";
import { inputHash } from "#lib/agents/input-hash.ts";
import type { Model } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { textHash } from "#lib/protocol/text-hash.ts";
import { by, costs, only, question, types, usage } from "../../support/assistant-bench.ts";
import {
  finishStep,
  numbered,
  reasoningDelta,
  reasoningStart,
  retry,
  start,
  startStep,
  textDelta,
  textStart,
  toolInputAvailable,
  toolInputStart,
  toolOutputAvailable,
} from "../../support/event-builders.ts";
import { assistant, call, result, tool } from "../../support/model-messages.ts";
import { produce } from "../../support/producer-bench.ts";
import { callsTools, finished, says, scriptedModel } from "../../support/scripted-model.ts";

const fails = (code: "rate-limited" | "provider-failed", retryable = true) =>
  new ModelError(code, code, { retryable });

test("the provider's name of a model is told where its endpoint was asked for another", async () => {
  for (const [askedName, told] of [
    [undefined, ["m-2026"]],
    ["m", ["m-2026"]],
    ["m-2026", []],
  ] as const) {
    const model = scriptedModel([{ type: "model", name: "m-2026" }, ...says("5"), finished]);
    const production = await produce(by({ ...model, ...(askedName && { askedName }) }));
    assert.deepEqual(
      only(production, "model-name").map(({ name }) => name),
      told,
    );
  }
});

test("a run is one step: its start, what the model was sent, its parts, what it cost, its end", async () => {
  const model = scriptedModel([...says("It is ", "5."), costs(9, 5), finished]);
  const { events, outcome, durableAt } = await produce(by(model));
  const stepId = "tep-id-1"; // The last eight characters of the first id.
  assert.deepEqual(events, [
    { type: "start-step", stepId, index: 0, agent: "assistant" },
    { type: "agent-input", stepId, agent: "assistant", messageCount: 2, hash: inputHash(question) },
    { type: "text-start", id: `${stepId}/0`, stepId },
    { type: "text-delta", id: `${stepId}/0`, delta: "It is " },
    { type: "text-delta", id: `${stepId}/0`, delta: "5." },
    { type: "usage", stepId, model: "scripted", usage: usage(9, 5), total: usage(9, 5) },
    { type: "text-end", id: `${stepId}/0` },
    { type: "finish-step", stepId, finishReason: "stop", textHash: textHash("It is 5."), usage: usage(9, 5) },
  ]);
  assert.deepEqual(outcome, { type: "finished", finishReason: "stop" });
  assert.deepEqual(model.requests[0]?.request.messages, question);
  assert.deepEqual(durableAt, [events.length], "what comes next is decided by a log that is durable");
});

test("a run that is complete by its log asks nothing", async () => {
  const model = scriptedModel([finished]);
  const production = await produce(by(model), {
    log: numbered([start(), startStep(), finishStep("length")]),
  });
  assert.deepEqual(production.outcome, { type: "finished", finishReason: "length" });
  assert.deepEqual([production.events, model.requests], [[], []]);
});

test("what the run has written in earlier steps is given back to the model, with the results of its calls", async () => {
  const model = scriptedModel([...says("5"), finished]);
  const log = numbered([
    ...[start(), startStep("a"), textStart("t"), textDelta("Let me add.", "t")],
    ...[toolInputStart("c", "add"), toolInputAvailable("c", "add", { a: 2 }), toolOutputAvailable("c", "5")],
    ...[finishStep("tool-calls", "a"), startStep("b", 1), reasoningStart("u"), reasoningDelta("lost", "u")],
  ]);
  await produce(by(model), { log });
  assert.deepEqual(model.requests[0]?.request.messages, [
    ...question,
    assistant("Let me add.", call("c", "add", '{"a":2}')),
    tool(result("c", "5", "add")),
  ]);
});

test("a conversation that was deleted meanwhile is not asked about", async () => {
  const model = scriptedModel([finished]);
  const { outcome, events } = await produce(by(model), { history: undefined });
  assert.deepEqual([outcome, events, model.requests], [{ type: "aborted" }, [], []]);
});

test("a model that fails without a word is asked again after a wait, and what the failure cost is added", async () => {
  const model = scriptedModel([costs(7, 1), fails("provider-failed")], [...says("5"), costs(7, 1), finished]);
  const production = await produce(by(model));
  const [event] = only(production, "retry");
  assert.deepEqual([event?.attempt, event?.of, event?.reason], [1, 2, "provider-failed"]);
  assert.deepEqual(production.waits, [event?.inMs]);
  assert.deepEqual(
    only(production, "usage").map(({ total }) => total),
    [usage(7, 1), usage(14, 2)],
  );
  assert.equal(only(production, "start-step").length, 1);
  assert.equal(production.outcome.type, "finished");
});

test("after two retries the failure is the outcome, and so it is at once where none is worth it", async () => {
  for (const [retryable, requests] of [
    [true, 3],
    [false, 1],
  ] as const) {
    const failure = fails("rate-limited", retryable);
    const model = scriptedModel([failure]);
    const production = await produce(by(model));
    assert.deepEqual(production.outcome, { type: "failed", failure });
    assert.equal(model.requests.length, requests);
  }
});

test("a model that has said something is not asked again: what it said stays, open", async () => {
  const failure = fails("provider-failed");
  const production = await produce(by(scriptedModel([...says("half"), failure])));
  assert.deepEqual(production.outcome, { type: "failed", failure });
  assert.equal(types(production), "start-step agent-input text-start text-delta");
});

test("an answer without a finish reason is cut off", async () => {
  const { outcome } = await produce(by(scriptedModel(says("half"))));
  assert.ok(outcome.type === "failed" && outcome.failure instanceof ModelError);
  assert.equal(outcome.failure.code, "cut-off");
});

test("whatever a model throws is an error", async () => {
  const thrown: unknown = "no error";
  const model: Model = {
    ...scriptedModel(),
    stream: () => {
      throw thrown;
    },
  };
  const { outcome } = await produce(by(model));
  assert.ok(outcome.type === "failed" && outcome.failure instanceof Error);
  assert.equal(outcome.failure.message, "no error");
});

for (const [elapsedMs, waits] of [
  [400, [600]],
  [1000, []],
  [-5000, [1000]],
] as const) {
  test(`${elapsedMs} ms into a wait of 1000 ms, the next holder waits ${waits[0] ?? 0} ms`, async () => {
    const log = numbered([start(), startStep("s"), retry()]);
    const retriedAt = log.at(-1)?.ts ?? 0;
    const model = scriptedModel([...says("5"), finished]);
    const production = await produce(by(model), { log, now: retriedAt + elapsedMs });
    assert.deepEqual(production.waits, waits);
  });
}

test("the wait of another step is not waited for", async () => {
  const inside = { ...startStep("b", 1), parentToolCallId: "c" };
  const log = numbered([start(), startStep("a"), inside, { ...retry(), stepId: "b" }]);
  const production = await produce(by(scriptedModel([...says("5"), finished])), { log });
  assert.deepEqual([production.waits, production.outcome.type], [[], "finished"]);
});

test("a holder has what is left of the two retries", async () => {
  const model = scriptedModel([fails("rate-limited")]);
  const production = await produce(by(model), { log: numbered([start(), startStep("s"), retry()]) });
  assert.deepEqual(
    only(production, "retry").map(({ attempt }) => attempt),
    [2],
  );
  assert.equal(model.requests.length, 2);
});

test("no model is asked once none may be: the lease is lost, or a stop came", async () => {
  const model = scriptedModel([finished]);
  const production = await produce(by(model), { mayStart: (abort) => abort.abort("lease-lost") });
  assert.deepEqual([production.outcome, model.requests], [{ type: "aborted" }, []]);
});

test("an abort in mid-answer ends it, closes the model's stream, and is no failure", async () => {
  const model = scriptedModel([...says("one ", "two "), fails("provider-failed")]);
  const production = await produce(by(model), {
    onEvent: (event, abort) => event.type === "text-delta" && abort.abort("stop"),
  });
  assert.deepEqual(production.outcome, { type: "aborted" });
  assert.equal(types(production), "start-step agent-input text-start text-delta");
  assert.equal(model.requests[0]?.closed, true);
});

test("a call to a tool, which nobody offered, is answered before its step ends, and its model is told", async () => {
  const model = scriptedModel(callsTools(["c", "look_up"]), [...says("sorry"), finished]);
  const production = await produce(by(model));
  assert.equal(
    types(production),
    "start-step agent-input tool-input-start tool-input-delta tool-input-available tool-output-error finish-step " +
      "start-step agent-input text-start text-delta text-end finish-step",
  );
  assert.deepEqual(production.outcome, { type: "finished", finishReason: "stop" });
  assert.deepEqual(model.requests[1]?.request.messages.slice(2), [
    assistant(call("c", "look_up", "{}")),
    tool({
      ...result("c", "Tool look_up not found. Please select a tool that is available.", "look_up"),
      isError: true,
    }),
  ]);
});
