import assert from "node:assert/strict";
import { test } from "node:test";
import { createHostedCalls } from "#lib/agents/hosted-calls.ts";
import { nextStep } from "#lib/agents/next-step.ts";
import { modelInput } from "#lib/history/model-input.ts";
import type { Model } from "#lib/models/model.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import { agentWith, callOf, foldOf } from "../../support/agent-bench.ts";
import { numbered, start } from "../../support/event-builders.ts";
import { produce } from "../../support/producer-bench.ts";
import { finished, type ModelLine, says, scriptedModel } from "../../support/scripted-model.ts";

const results = { by: "api.example", results: [{ url: "https://a.example/", title: "A" }] };
const searched: ModelLine[] = [
  { type: "hosted-call-start", callId: "ws_1", toolName: "web_search" },
  { type: "hosted-call-input", callId: "ws_1", input: { query: "cats" } },
  { type: "hosted-call-end", callId: "ws_1", output: results },
];
const answered: ModelLine[] = [
  ...searched,
  ...says("Cats are "),
  { type: "source", url: "https://a.example/", title: "A" },
  { type: "text", delta: "animals." },
  { type: "source", url: "https://a.example/" },
  finished,
];

test("a call that the provider makes is a call with its output, and nothing of it is run or asked about", async () => {
  const production = await produce(agentWith(scriptedModel(answered), []));
  assert.deepEqual(production.outcome, { type: "finished", finishReason: "stop" });
  const call = callOf(production, "ws_1");
  assert.deepEqual(
    [call.state, call.providerExecuted, call.isOutside, call.input, call.output],
    ["output-available", true, true, { query: "cats" }, results],
  );
});

test("a page that the provider names does not end the text, and is named once", async () => {
  const { events } = await produce(agentWith(scriptedModel(answered), []));
  const parts = foldOf(events).parts.filter(({ type }) => type !== "tool");
  assert.deepEqual(
    parts.map((part) => [part.type, "text" in part ? part.text : "url" in part && part.url]),
    [
      ["text", "Cats are animals."],
      ["source-url", "https://a.example/"],
    ],
  );
});

test("a model is not sent back what its provider did itself", async () => {
  const { events } = await produce(agentWith(scriptedModel(answered), []));
  const sent = modelInput([messageOf(foldOf(events))]);
  assert.deepEqual(sent, [{ role: "assistant", content: [{ type: "text", text: "Cats are animals." }] }]);
});

test("after a crash at any event the answer is made, and the call of the provider has an end", async () => {
  const { events } = await produce(agentWith(scriptedModel(answered), []));
  for (let at = 1; at < events.length; at += 1) {
    const log = numbered([start(), ...events.slice(0, at)]);
    const model: Model = scriptedModel(answered, answered);
    const { outcome, events: more } = await produce(agentWith(model, []), { log });
    assert.equal(outcome.type, "finished", `cut at ${at}`);
    const { parts, steps } = foldOf(more, log);
    assert.ok(
      parts.every(({ endedAt }) => endedAt !== undefined),
      `cut at ${at}`,
    );
    assert.equal(steps.length, 1, `cut at ${at}`);
  }
});

test("what is said twice counts once, and what nobody began is nothing", () => {
  const calls = createHostedCalls("s", (id) => id);
  const [begin, input, end] = searched;
  // Casts: the three that stand above.
  const take = (part: unknown) => calls.take(part as Parameters<typeof calls.take>[0]);
  assert.deepEqual([take(input), take(end)], [[], []]);
  assert.equal(take(begin).length + take(begin).length, 1);
  assert.equal(take(input).length + take(input).length, 2);
  assert.equal(take(end).length + take(end).length, 1);
});

test("a search that failed says so, and the answer goes on", async () => {
  const failed: ModelLine[] = [
    ...searched.slice(0, 2),
    { type: "hosted-call-end", callId: "ws_1", errorText: "api.example failed at it: max_uses_exceeded" },
    ...(says("I do not know.") as ModelLine[]),
    finished,
  ];
  const production = await produce(agentWith(scriptedModel(failed), []));
  assert.equal(production.outcome.type, "finished");
  assert.match(callOf(production, "ws_1").errorText ?? "", /max_uses_exceeded/);
  assert.equal(nextStep(foldOf(production.events)).type, "end");
});

test("a call of which nothing more is told has ended when the answer has", async () => {
  const model = scriptedModel([...searched.slice(0, 1), ...(says("Cats.") as ModelLine[]), finished]);
  const call = callOf(await produce(agentWith(model, [])), "ws_1");
  assert.deepEqual([call.state, call.input, call.output], ["output-available", {}, null]);
});
