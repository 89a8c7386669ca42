import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { continuationPrompt } from "#lib/models/continuation-prompt.ts";
import type { Model, ModelPart } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { createReactModel } from "#lib/models/react/react-model.ts";
import { finished, type ModelLine, says, scriptedModel } from "../../../support/scripted-model.ts";

const user = (text: string): ModelMessage => ({ role: "user", content: [{ type: "text", text }] });
const request: ModelRequest = {
  messages: [{ role: "system", content: "Be brief." }, user("1 + 1?")],
  tools: [{ name: "add", inputSchema: { type: "object", required: ["a"] } }],
  toolChoice: "auto",
  temperature: 0.5,
};
const live = () => new AbortController().signal;

async function collect(model: Model, asked: ModelRequest = request, signal = live()) {
  const parts: ModelPart[] = [];
  let failure: unknown;
  try {
    for await (const part of model.stream(asked, signal)) parts.push(part);
  } catch (error) {
    failure = error;
  }
  return { parts, failure };
}

async function reply(...lines: ModelLine[]) {
  const inner = scriptedModel(lines);
  return { ...(await collect(createReactModel(inner))), inner };
}

test("tools are offered in words, and nothing of a request goes along that its endpoint may refuse", async () => {
  const { inner } = await reply(...says("Answer: 2"), finished);
  const [{ request: sent } = {}] = inner.requests;
  assert.ok(sent);
  assert.deepEqual(Object.keys(sent).toSorted(), ["messages", "stop", "temperature"]);
  assert.deepEqual(sent.stop, ["Observation:"]);
  const systems = sent.messages.filter(({ role }) => role === "system");
  assert.equal(systems.length, 1);
  assert.match(JSON.stringify(systems), /"content":"Be brief\.\\n\\n.*Name: add\\n/);
});

test("a call comes as of a model with tool calling, with the thought before it", async () => {
  const { parts } = await reply(
    { type: "model", name: "m" },
    ...says("Thought: I a", "dd.\nAction: add\nAction In", 'put: {"a"', ": 1}\nObs"),
    { type: "usage", usage: { outputTokens: 9, source: "provider" } },
    finished,
  );
  const [, , , , start] = parts;
  const toolCallId = start?.type === "tool-call-start" ? start.toolCallId : "";
  assert.notEqual(toolCallId, "");
  assert.deepEqual(parts, [
    { type: "model", name: "m" },
    { type: "reasoning", delta: "I a" },
    { type: "reasoning", delta: "dd." },
    { type: "reasoning-end", providerMetadata: { react: {} } },
    { type: "tool-call-start", index: 0, toolCallId, toolName: "add" },
    { type: "tool-call-delta", index: 0, delta: '{"a"' },
    { type: "tool-call-delta", index: 0, delta: ": 1}" },
    { type: "usage", usage: { outputTokens: 9, source: "provider" } },
    { type: "tool-call-end", index: 0 },
    { type: "finish", reason: "tool-calls" },
  ]);
});

test("calls of every step have ids of their own, the same for the same request", async () => {
  const says1 = says('Action: add\nAction Input: {"a": 1}\nAction: add\nAction Input: {"a": 1}');
  const idsOf = async (asked: ModelRequest) =>
    (await collect(createReactModel(scriptedModel([...says1, finished])), asked)).parts.flatMap((part) =>
      part.type === "tool-call-start" ? [part.toolCallId] : [],
    );
  const first = await idsOf(request);
  const second = await idsOf({ ...request, messages: [...request.messages, user("x")] });
  assert.deepEqual(await idsOf(request), first);
  assert.equal(new Set([...first, ...second]).size, 4);
});

test("a model that invents what it observes is not listened to any longer", async () => {
  const forever = new Promise(() => undefined);
  const { parts, inner } = await reply(
    ...says('Action: add\nAction Input: {"a": 1}\nObservation: 2\nAnswer: 2'),
    forever,
  );
  assert.deepEqual(parts.at(-1), { type: "finish", reason: "tool-calls" });
  assert.equal(JSON.stringify(parts).includes("Observation"), false);
  assert.equal(inner.requests[0]?.closed, true);
});

describe("a reply that leads to nothing says what its model is to be told:", () => {
  const cases: [what: string, written: string, words: RegExp][] = [
    ["an empty one", " \n", /^FAILURE: Your previous response was empty/],
    ["what it invented", "Thought: hm\nObservation: 8", /Your reply was:\n\nThought: hm$/],
    ["a thought alone", "Thought: hm", /^Error while parsing the output: .*\n\nThought: hm$/s],
    [
      "an action without an input",
      'Action: add\n{"a": 5}',
      /^Error while parsing .*Action: add\n\{"a": 5\}$/s,
    ],
  ];
  for (const [what, written, words] of cases)
    test(what, async () => {
      const last = (await reply(...says(written), finished)).parts.at(-1);
      assert.match((last?.type === "finish" && last.fault) || "", words);
    });
});

test("a reply that was cut off is none that leads to nothing", async () => {
  const { parts } = await reply(...says("Thought: hm\nAct"), { type: "finish", reason: "length" });
  assert.deepEqual(parts, [
    { type: "reasoning", delta: "hm" },
    { type: "finish", reason: "length" },
  ]);
  assert.deepEqual((await reply(...says("Answer: 2\n"))).parts, [{ type: "text", delta: "2" }]);
});

test("what was held back is given on before a failure is", async () => {
  const broken = new ModelError("cut-off", "broke", { retryable: true });
  const { parts, failure } = await reply(...says("It is"), broken);
  assert.deepEqual([parts, failure], [[{ type: "text", delta: "It is" }], broken]);
});

test("thoughts of the model's own stand apart from those in words", async () => {
  const { parts } = await reply(
    { type: "reasoning", delta: "own" },
    ...says("Thought: in words\nAnswer: 2"),
    finished,
  );
  assert.deepEqual(parts, [
    { type: "reasoning", delta: "own" },
    { type: "reasoning-end" },
    { type: "reasoning", delta: "in words" },
    { type: "reasoning-end", providerMetadata: { react: {} } },
    { type: "text", delta: "2" },
    finished,
  ]);
});

test("an answer that is continued keeps the space that it begins with", async () => {
  const answer: ModelMessage = { role: "assistant", content: [{ type: "text", text: "It" }] };
  for (const rest of [[answer, user(continuationPrompt)], [answer]]) {
    const inner = scriptedModel([...says(" is", " two"), finished]);
    const { parts } = await collect(createReactModel(inner), {
      ...request,
      messages: [...request.messages, ...rest],
    });
    assert.deepEqual(parts, [...says(" is", " two"), finished]);
  }
});

test("a request that no tool concerns is passed on as it is", async () => {
  const inner = scriptedModel([...says("Thought: x"), finished]);
  const plain = { messages: request.messages };
  const { parts } = await collect(createReactModel(inner), plain);
  assert.equal(inner.requests[0]?.request, plain);
  assert.deepEqual(parts, [...says("Thought: x"), finished]);
});

test("after a stop nothing more is said", async () => {
  const stop = new AbortController();
  const inner = scriptedModel([...says("It"), new Promise(() => undefined)]);
  const collected = collect(createReactModel(inner), request, stop.signal);
  stop.abort("stop");
  assert.deepEqual(await collected, { parts: [], failure: undefined });
});
