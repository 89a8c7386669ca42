import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { codeFunctions } from "#lib/models/code/code-functions.ts";
import { createCodeModel } from "#lib/models/code/code-model.ts";
import { continuationPrompt } from "#lib/models/continuation-prompt.ts";
import type { ModelPart } from "#lib/models/model.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import type { ModelTool } from "#lib/models/model-request.ts";
import { finished, type ModelLine, says, scriptedModel } from "../../../support/scripted-model.ts";

const tool = (name: string): ModelTool => ({
  name,
  description: `does ${name}`,
  inputSchema: { type: "object" },
});
const user = (text: string): ModelMessage => ({ role: "user", content: [{ type: "text", text }] });
const system: ModelMessage = { role: "system", content: "Count." };

async function ask(lines: ModelLine[], messages: readonly ModelMessage[] = [system, user("2+3?")]) {
  const asked = scriptedModel(lines);
  const parts: ModelPart[] = [];
  const model = createCodeModel(asked, [tool("get-weather")]);
  const request = { messages, tools: [tool("run_code")], stop: ["\n\n\n"], temperature: 0 };
  let failure: unknown;
  try {
    for await (const part of model.stream(request, new AbortController().signal)) parts.push(part);
  } catch (error) {
    failure = error;
  }
  const [first] = asked.requests;
  return { parts, failure, request: first?.request ?? assert.fail(), isClosed: first?.closed };
}

const finishOf = (parts: readonly ModelPart[]) => parts.find(({ type }) => type === "finish");
const textIn = ({ content }: ModelMessage = system): string =>
  typeof content === "string" ? content : content.map((part) => ("text" in part ? part.text : "")).join("|");

describe("a model that writes code", () => {
  test("is told its functions in words, and ends its reply where the code ends", async () => {
    const { request } = await ask([...says("5"), finished]);
    const [first] = request.messages;
    assert.match(textIn(first), /^Count\.\n\n# How you act\n/);
    assert.match(
      textIn(first),
      /await get_weather\(input\)\ndoes get-weather\ninput, as a JSON Schema: \{"type":"object"\}/,
    );
    assert.deepEqual(request.stop, ["\n\n\n", "</code>", "\nObservation:", "\nCalling tools:"]);
    assert.deepEqual([request.tools, request.temperature], [undefined, 0]);
  });

  test("is not listened to behind its code", async () => {
    const { parts, isClosed } = await ask([
      ...says("I add.\n<code>\n2+3\n</code>\nObser", "vation: 6"),
      finished,
    ]);
    assert.deepEqual(parts, [
      { type: "text", delta: "I add." },
      { type: "tool-call-start", index: 0, toolCallId: "code_12", toolName: "run_code" },
      { type: "tool-call-delta", index: 0, delta: '{"code":"2+3' },
      { type: "tool-call-delta", index: 0, delta: '"}' },
      { type: "tool-call-end", index: 0 },
      { type: "finish", reason: "tool-calls" },
    ]);
    assert.equal(isClosed, true);
  });

  test("answers in plain words", async () => {
    const { parts } = await ask([...says("It is ", "five."), finished]);
    assert.deepEqual(parts.at(-1), { type: "finish", reason: "stop" });
  });

  const faults: [reply: string, fault: RegExp][] = [
    ["", /empty/],
    ["<plan>1. Add</plan>", /plan and nothing else/],
    ["<code>\n</code>", /no code between the marks/],
    ["I add.\nObservation: 5", /observation yourself/],
  ];
  for (const [reply, fault] of faults)
    test(`is told what is wrong with ${JSON.stringify(reply)}`, async () => {
      const finish = finishOf((await ask([...says(reply), finished])).parts);
      assert.match((finish?.type === "finish" && finish.fault) || "", fault);
    });

  test("that is cut off has not ended its code", async () => {
    const long = await ask([...says("<code>\n2+"), { type: "finish", reason: "length" }]);
    assert.ok(!long.parts.some(({ type }) => type === "tool-call-end"));
    assert.deepEqual(long.parts.at(-1), { type: "finish", reason: "length" });
    const broken = await ask([...says("<code>\n2+"), new Error("reset")]);
    assert.ok(broken.failure instanceof Error);
    assert.ok(!broken.parts.some(({ type }) => type === "tool-call-end"));
    const silent = await ask(says("<code>\n2+"));
    assert.ok(!silent.parts.some(({ type }) => type === "tool-call-end" || type === "finish"));
  });

  test("passes on what it thinks, refuses and costs", async () => {
    const facts: ModelPart[] = [
      { type: "reasoning", delta: "hm" },
      { type: "reasoning-end", providerMetadata: { wire: { signature: "x" } } },
      { type: "refusal", delta: "no" },
      { type: "usage", usage: { inputTokens: 1, source: "provider" } },
    ];
    assert.deepEqual((await ask([...facts, finished])).parts.slice(0, 4), facts);
  });
});

describe("what a model that writes code is sent", () => {
  const call = (toolName: string, input: string): ModelMessage => ({
    role: "assistant",
    content: [
      { type: "reasoning", text: "1. Add", providerMetadata: { plan: {} } },
      { type: "reasoning", text: "hm", providerMetadata: { wire: {} } },
      { type: "text", text: "I add." },
      { type: "tool-call", toolCallId: "c", toolName, input },
    ],
  });
  const result = (toolName: string, output: string, isError?: boolean): ModelMessage => ({
    role: "tool",
    content: [{ type: "tool-result", toolCallId: "c", toolName, output, ...(isError && { isError }) }],
  });
  const sent = async (...messages: ModelMessage[]) =>
    (await ask([...says("5"), finished], [system, user("2+3?"), ...messages])).request.messages
      .slice(2)
      .map(textIn);

  const results: [output: string, seen: string][] = [
    ['{"printed":"5\\n"}', "Observation: Printed:\n5"],
    ['{"printed":"5\\n","value":[1]}', "Observation: Printed:\n5\nValue of the last line: [1]"],
    ['{"value":0}', "Observation: Value of the last line: 0"],
    ["{}", "Observation: The code has run, and printed nothing."],
    ['{"images":[{"type":"image"}]}', "Observation: The person is shown the pictures."],
  ];
  for (const [output, seen] of results)
    test(`of code that gave ${output}`, async () => {
      assert.deepEqual(await sent(call("run_code", '{"code":"2+3"}'), result("run_code", output)), [
        "<plan>\n1. Add\n</plan>\nI add.\n<code>\n2+3\n</code>",
        seen,
      ]);
    });

  test("of code that failed is its error, with what a person has said meanwhile", async () => {
    const messages = [
      call("run_code", '{"code":"nope"}'),
      result("run_code", "ReferenceError: nope", true),
      user("Hurry."),
    ];
    assert.deepEqual((await sent(...messages)).at(-1), "Observation: Error: ReferenceError: nope\n\nHurry.");
  });

  test("of code that was cut off is as far as it went", async () => {
    const text = (
      await sent(call("run_code", '{"code":"2+\\n\\u00'), result("run_code", "cut off", true))
    )[0];
    assert.match(text ?? "", /<code>\n2\+\n\n<\/code>$/);
  });

  test("of an agent that calls tools is what code would have called", async () => {
    const [written, seen] = await sent(call("add", '{"a":2}'), result("add", "5"));
    assert.match(written ?? "", /<code>\nawait add\(\{"a":2\}\)\n<\/code>$/);
    assert.equal(seen, "Observation: 5");
  });

  test("of a text to go on with is that text, and what comes is more of it", async () => {
    const begun: ModelMessage = { role: "assistant", content: [{ type: "text", text: "It" }] };
    const lines = [...says(" is 5"), finished];
    for (const behind of [[begun], [begun, user(continuationPrompt)]]) {
      const { parts } = await ask(lines, [system, user("2+3?"), ...behind]);
      assert.deepEqual(parts[0], { type: "text", delta: " is 5" });
    }
  });
});

test("functions have names that JavaScript takes, and each its own", () => {
  const names = ["a-b", "a_b", "9lives", "await", "final_answer", "Math", "天气", "ok$"];
  assert.deepEqual(
    codeFunctions(names.map(tool)).map(({ name }) => name),
    ["a_b", "a_b_", "_9lives", "await_", "final_answer_", "Math_", "天气", "ok$"],
  );
});
