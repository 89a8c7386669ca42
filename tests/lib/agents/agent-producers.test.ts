import assert from "node:assert/strict";
import { test } from "node:test";
import { createAgentProducers } from "#lib/agents/agent-producers.ts";
import { assistant } from "#lib/agents/assistant.ts";
import type { Producer } from "#lib/agents/producer.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { UnknownModelError } from "#lib/models/unknown-model-error.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { answers } from "../../support/agent-bench.ts";
import { finishStep, numbered, start, startStep } from "../../support/event-builders.ts";
import { produce } from "../../support/producer-bench.ts";
import { callsTools, finished, says, scriptedModel } from "../../support/scripted-model.ts";
import { scriptedTool } from "../../support/scripted-tools.ts";

const keyless = new ModelError("needs-key", "the browser has the key", { retryable: false });
const unlisted = new UnknownModelError("gone");

const pick = createAgentProducers({
  agents: [assistant],
  coalesceMs: 100,
  async pickModel(id) {
    if (id === "gone") throw unlisted;
    if (id === "own-key:m") throw keyless;
    if (id === "broken") throw new TypeError("a bug");
    return { ...model, demo: id === "demo" };
  },
});
const model = scriptedModel([...says("5"), finished]);

test("the agent and the model that a run names answer it, with the store's wait for deltas", async () => {
  const { produce: producer, ...facts } = await pick({ agent: "assistant", model: "m" });
  assert.deepEqual(facts, { model: "scripted", usesKey: true });
  const { outcome } = await produce(producer);
  assert.deepEqual(outcome, { type: "finished", finishReason: "stop" });
  const { messages, coalesceMs } = model.requests[0]?.request ?? assert.fail();
  assert.deepEqual([messages[0]?.content, coalesceMs], [assistant.instructions, 100]);
});

test("the demo model costs the server's key nothing", async () => {
  assert.equal((await pick({ agent: "assistant", model: "demo" })).usesKey, false);
});

test("S55 a browser's key costs the server's nothing; where the server has none the tokens count", async () => {
  const own = { ...model, usesOwnKey: true as const };
  for (const [picked, usesKey] of [
    [own, false],
    [{ ...own, isCounted: true as const }, true],
  ] as const) {
    const choose = createAgentProducers({ agents: [assistant], pickModel: async () => picked });
    const facts = await choose({ agent: "assistant" });
    assert.deepEqual([facts.usesKey, facts.usesOwnKey], [usesKey, true]);
  }
});

const missing = [
  ["agent", { agent: "nobody", model: "m" }, /no agent named nobody/],
  ["model", { agent: "assistant", model: "gone" }, /There is no model "gone"/],
] as const;
for (const [unknown, names, words] of missing) {
  test(`an ${unknown} that is not there is named, and a run that was left by it fails without a step`, async () => {
    const picked = await pick(names);
    assert.deepEqual([picked.unknown, picked.model, picked.usesKey], [unknown, names.model, false]);
    const { outcome, events } = await produce(picked.produce);
    assert.ok(outcome.type === "failed" && words.test(String(outcome.failure)));
    assert.deepEqual(events, []);
  });

  test(`without its ${unknown}, a run that is complete by its log ends well all the same`, async () => {
    const log = numbered([start(), startStep(), finishStep()]);
    const { outcome } = await produce((await pick(names)).produce, { log });
    assert.deepEqual(outcome, { type: "finished", finishReason: "stop" });
  });
}

test("S55 a run whose browser has the key fails where it stands: no step is begun, none is reset", async () => {
  const picked = await pick({ agent: "assistant", model: "own-key:m" });
  assert.deepEqual([picked.unknown, picked.model, picked.usesKey], [undefined, "m", false]);
  const log = numbered([start(), startStep()]);
  const { outcome, events } = await produce(picked.produce, { log });
  assert.deepEqual([outcome, events], [{ type: "failed", failure: keyless }, []]);
});

test("whatever else goes wrong is thrown", async () => {
  await assert.rejects(pick({ agent: "assistant", model: "broken" }), /a bug/);
});

test("tools are listed when the agent begins, once a run, and not to learn what it would cost", async () => {
  let lists = 0;
  const echo = scriptedTool("echo", () => "said");
  const calling = scriptedModel(callsTools(["c", "echo"]), answers, answers);
  const choose = createAgentProducers({
    agents: [assistant],
    tools: async () => ((lists += 1), [echo]),
    pickModel: async () => calling,
  });
  const picked = await choose({ agent: "assistant" });
  assert.deepEqual([picked.usesKey, lists], [true, 0]);
  const { events } = await produce(picked.produce);
  assert.equal(echo.runs.length, 1);
  const log = [...numbered([start()]), ...numbered(events, { startAt: 2 })];
  await produce(picked.produce, { log });
  assert.equal(lists, 1);
  // What a run has left unanswered is asked by the next, with the same producer.
  const next: Producer = (context) => picked.produce({ ...context, state: emptyRun("next") });
  await produce(next, { isAborted: true });
  assert.equal(lists, 2);
});

test("a list is told whether the run was begun elsewhere, where its model was told of tools", async () => {
  const told: boolean[] = [];
  const choose = createAgentProducers({
    agents: [assistant],
    tools: async (goesOn) => {
      told.push(goesOn);
      return [];
    },
    pickModel: async () => scriptedModel(answers),
  });
  for (const log of [numbered([start()]), numbered([start(), startStep()])])
    await produce((await choose({ agent: "assistant" })).produce, { log });
  assert.deepEqual(told, [false, true]);
});

test("a run that is stopped does not wait for a list that takes its time", async () => {
  const choose = createAgentProducers({
    agents: [assistant],
    tools: () => new Promise(() => undefined),
    pickModel: async () => model,
  });
  const { outcome, events } = await produce((await choose({ agent: "assistant" })).produce, {
    isAborted: true,
  });
  assert.deepEqual([outcome, events], [{ type: "aborted" }, []]);
});
