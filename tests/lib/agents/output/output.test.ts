import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { agentTool } from "#lib/agents/agent-tool.ts";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { defineOutput } from "#lib/agents/output/output.ts";
import { streamAgent } from "#lib/agents/stream-agent.ts";
import type { Model } from "#lib/models/model.ts";
import { ModelError } from "#lib/models/model-error.ts";
import type { ObjectPart, Part } from "#lib/protocol/message.ts";
import {
  callsTools,
  finished,
  type ModelLine,
  says,
  scriptedModel,
} from "../../../support/scripted-model.ts";
import { scriptedTool } from "../../../support/scripted-tools.ts";

const recipe = z.object({ name: z.string(), steps: z.array(z.string()), minutes: z.number().default(5) });
const cook = defineAgent({ name: "cook", instructions: "Cook.", output: recipe });
const good = '{"name":"Soup","steps":["Boil."]}';
const soup = { name: "Soup", steps: ["Boil."], minutes: 5 };

const answering = (...answers: string[]) =>
  scriptedModel(...answers.map((answer): ModelLine[] => [...says(...answer.split(/(?<=,)/)), finished]));
const run = (model: Model) => streamAgent({ agent: cook, model, input: "Soup?" });
const objectsIn = (parts: readonly Part[]): ObjectPart[] => parts.filter((part) => part.type === "object");

test("D4 an answer in a form is an object of the log, byte for byte, and what its schema makes of it", async () => {
  const model = answering(good);
  await using started = run(model);
  const object = await started.object;
  const name: string = object.name;
  assert.equal(name, "Soup");
  assert.deepEqual(object, soup);
  const { text, state } = await started.result;
  assert.equal(text, "");
  const [part] = objectsIn(state.parts);
  assert.deepEqual([part?.json, part?.valid, part?.attempt], [good, true, 1]);
  assert.deepEqual(part?.value, JSON.parse(good));
  assert.equal(state.ending?.type, "finish");
  const { responseFormat, messages } = model.requests[0]?.request ?? assert.fail();
  assert.equal(responseFormat?.type, "json-schema");
  assert.match(JSON.stringify(messages[0]), /Cook\.\\n\\nAnswer with one JSON object.*minutes/);
});

test("prose and a fence around it are text; of two that fit the first is the answer", async () => {
  await using started = run(
    answering(`Here you are:\n\`\`\`json\n${good}\n\`\`\`\nEnjoy. {"name":"b","steps":[]}`),
  );
  assert.deepEqual(await started.object, soup);
  const { text, state } = await started.result;
  assert.equal(text, 'Here you are:\n\n\nEnjoy. {"name":"b","steps":[]}');
  assert.equal(objectsIn(state.parts).length, 1);
});

test("of two objects in one answer the one that fits is it, and takes the place of the draft", async () => {
  await using started = run(answering(`{"name":"a"}\nSorry:\n${good}`));
  assert.deepEqual(await started.object, soup);
  const objects = objectsIn((await started.result).state.parts);
  assert.deepEqual(
    objects.map(({ attempt, valid }) => [attempt, valid]),
    [[2, true]],
  );
});

test("D16 what does not fit goes back to the model with the reasons, and the next attempt counts on", async () => {
  const model = answering('{"name":"Soup","steps":"Boil."}', good);
  await using started = run(model);
  assert.deepEqual(await started.object, soup);
  const { state } = await started.result;
  assert.deepEqual(
    objectsIn(state.parts).map(({ attempt, valid, errors = [] }) => [attempt, valid, errors.length]),
    [
      [1, false, 1],
      [2, true, 0],
    ],
  );
  const [answer, word] = model.requests[1]?.request.messages.slice(-2) ?? [];
  assert.deepEqual(answer?.content, [{ type: "text", text: '{"name":"Soup","steps":"Boil."}' }]);
  assert.match(JSON.stringify(word), /does not fit the schema.*steps: has to be an array/s);
});

for (const [title, answers] of [
  ["objects that do not fit", ["{}", "{}", "{}"]],
  ["no object at all", ["Soup is nice.", "Really.", "Yes."]],
  ["JSON with a fault", ['{"name":}', '{"name":}', '{"name":}']],
] as const)
  test(`${title}: asked again twice, then the run has failed, in words`, async () => {
    const model = answering(...answers);
    await using started = run(model);
    await assert.rejects(started.object, (error) => {
      assert.ok(error instanceof ModelError);
      assert.deepEqual([error.code, error.facts.reason], ["bad-response", "unfit-answer"]);
      return true;
    });
    assert.equal(model.requests.length, 3);
    assert.equal(started.state.ending?.type, "error");
  });

test("one that stops inside of a string at the provider's limit is not asked for again, and is not valid", async () => {
  const model = scriptedModel([...says('{"name":"So'), { type: "finish", reason: "length" }]);
  await using started = run(model);
  await assert.rejects(started.object, TypeError);
  const [part] = objectsIn((await started.result).state.parts);
  assert.deepEqual(
    [part?.json, part?.valid, part?.errors],
    ['{"name":"So', false, ["the object is incomplete"]],
  );
  assert.equal(model.requests.length, 1);
});

test("a name that means something to JavaScript, and a number that none keeps, do not fit", async () => {
  const open = defineAgent({ name: "o", instructions: "", output: z.looseObject({}) });
  for (const answer of ['{"__proto__":{"a":1}}', '{"n":1e999}', `${'{"a":'.repeat(70)}1${"}".repeat(70)}`]) {
    await using started = streamAgent({ agent: open, model: answering(answer, "{}"), input: "?" });
    assert.deepEqual(await started.object, {});
    assert.equal(objectsIn((await started.result).state.parts)[0]?.valid, false, answer);
  }
});

test("the call of that tool is the object, and runs nothing", async () => {
  const model = scriptedModel([
    { type: "tool-call-start", index: 0, toolCallId: "c", toolName: "final_answer" },
    { type: "tool-call-delta", index: 0, delta: good.slice(0, 9) },
    { type: "tool-call-delta", index: 0, delta: good.slice(9) },
    { type: "finish", reason: "tool-calls" },
  ]);
  await using started = run({ ...model, refuses: (field) => field === "response_format" });
  assert.deepEqual(await started.object, soup);
  const { state } = await started.result;
  assert.deepEqual(
    state.parts.map(({ type }) => type),
    ["object"],
  );
});

test("of two such calls the first that fits is the answer, and the second takes nothing's place", async () => {
  const call = (index: number, name: string): ModelLine[] => [
    { type: "tool-call-start", index, toolCallId: `c${index}`, toolName: "final_answer" },
    { type: "tool-call-delta", index, delta: `{"name":"${name}","steps":[]}` },
  ];
  const model = scriptedModel([
    ...call(0, "Soup"),
    ...call(1, "Pie"),
    { type: "finish", reason: "tool-calls" },
  ]);
  await using started = run({ ...model, refuses: (field) => field === "response_format" });
  assert.equal((await started.object).name, "Soup");
  assert.equal(objectsIn((await started.result).state.parts).length, 1);
});

const look = scriptedTool("look", () => "all there");

for (const [title, first] of [
  ["in its text", [...says(good), ...callsTools(["c", "look", {}])]],
  ["as a call of its own", callsTools(["c", "look", {}], ["d", "final_answer", JSON.parse(good)])],
] as const)
  test(`an object beside a call, ${title}, is the answer, though the step behind it gives none; a newer one that fits takes its place`, async () => {
    const cookWithTool = defineAgent({ name: "cook", instructions: "Cook.", output: recipe, tools: [look] });
    for (const [behind, name] of [
      ["Enjoy.", "Soup"],
      ['{"name":"Stew","steps":[]}', "Stew"],
    ] as const) {
      const model = scriptedModel([...first], [...says(behind), finished]);
      await using started = streamAgent({ agent: cookWithTool, model, input: "Soup?" });
      assert.equal((await started.object).name, name);
      assert.equal(model.requests.length, 2);
      assert.equal(started.state.ending?.type, "finish");
    }
  });

test("a name that a provider refuses is refused here", () => {
  assert.throws(() => defineOutput(recipe, { name: "a b" }), TypeError);
});

test("an agent with an output as a tool of another: the object is the tool's output", async () => {
  const model = scriptedModel(
    callsTools(["c", "cook", { request: "soup" }]),
    [...says("{}"), finished],
    [...says(good), finished],
    [...says("done"), finished],
  );
  const host = defineAgent({ name: "host", instructions: "", tools: [agentTool(cook)] });
  await using started = streamAgent({ agent: host, model, input: "?" });
  const call = (await started.result).state.parts.find((part) => part.type === "tool");
  assert.deepEqual(call?.type === "tool" && call.output, JSON.parse(good));
});
