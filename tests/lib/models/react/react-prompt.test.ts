import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { reactPrompt } from "#lib/models/react/react-prompt.ts";

const request: ModelRequest = {
  messages: [],
  tools: [
    {
      name: "add",
      description: "Adds.",
      inputSchema: { type: "object", properties: { a: { type: "number" } } },
    },
    { name: "now", inputSchema: { type: "object" } },
  ],
};

test("every tool is named with its schema, and every label", () => {
  const prompt = reactPrompt(request);
  for (const words of [
    "Name: add\nDescription: Adds.\n",
    '{"type":"object","properties":{"a":{"type":"number"}}}',
    "Name: now\nInput",
    "Thought:",
    "Action:",
    "Action Input:",
    "Observation",
    "Answer:",
  ])
    assert.ok(prompt.includes(words), words);
});

const added: [what: string, more: Partial<ModelRequest>, words: RegExp][] = [
  ["no tool may be used", { toolChoice: "none" }, /No tool can be used now/],
  ["there is none", { tools: [] }, /No tool can be used now/],
  ["one has to be used", { toolChoice: "required" }, /has to use a tool\.$/],
  ["a certain one has to be used", { toolChoice: { toolName: "now" } }, /has to use the tool now\.$/],
  [
    "the answer is JSON",
    { responseFormat: { type: "json-object" } },
    /The Answer is JSON and nothing else\.$/,
  ],
  [
    "the answer has a schema",
    { responseFormat: { type: "json-schema", name: "x", schema: { type: "array" } } },
    /by this JSON Schema: \{"type":"array"\}$/,
  ],
];
for (const [what, more, words] of added)
  test(`it is said that ${what}`, () => {
    const prompt = reactPrompt({ ...request, ...more });
    assert.match(prompt, words);
    assert.equal(prompt.includes("Name: add"), !/No tool/.test(prompt));
  });
