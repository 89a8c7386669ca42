import assert from "node:assert/strict";
import { test } from "node:test";
import { inputBudget } from "#lib/agents/input-budget.ts";
import { textTokens } from "#lib/history/message-tokens.ts";
import { createCodeModel } from "#lib/models/code/code-model.ts";
import { createReactModel } from "#lib/models/react/react-model.ts";
import { withToolCalling } from "#lib/models/react/tool-calling.ts";
import { scriptedModel } from "../../support/scripted-model.ts";

const model = scriptedModel();
const tool = { name: "add", inputSchema: { type: "object", description: "x".repeat(3000) } };

test("without a known limit there is none", () => {
  assert.deepEqual(inputBudget(model, {}), {});
  assert.deepEqual(inputBudget({ ...model, limits: { output: 10 } }, { tools: [tool] }), {});
});

test("an answer has its room: what the model may write, at most half; else 8,192 tokens or a quarter", () => {
  assert.deepEqual(inputBudget(model, {}, 128_000), { tokens: 128_000 - 8192 });
  assert.deepEqual(inputBudget(model, {}, 4000), { tokens: 3000 });
  const known = (limits: { context?: number; output?: number }) =>
    inputBudget({ ...model, limits }, {}, 50_000).tokens;
  assert.equal(known({ context: 200_000, output: 64_000 }), 136_000);
  assert.equal(known({ context: 100_000, output: 100_000 }), 50_000);
  assert.equal(known({ output: 10_000 }), 40_000);
});

test("so have the tools and the form of the answer, the same each time; there is never less than nothing", () => {
  const responseFormat = { type: "json-schema", name: "f", schema: tool.inputSchema } as const;
  for (const _ of [1, 2]) {
    const { tokens = 0 } = inputBudget(model, { tools: [tool], responseFormat }, 40_000);
    assert.ok(tokens < 31_808 - 2000 && tokens > 31_808 - 2200, String(tokens));
  }
  assert.deepEqual(inputBudget(model, { tools: [tool] }, 1000), { tokens: 0 });
  assert.deepEqual(inputBudget(model, { responseFormat: { type: "json-object" } }, 4000), { tokens: 3000 });
});

test("tools that a model is told of in words take as much as those words", async () => {
  const besideOf = (by: typeof model) =>
    40_000 - 8192 - (inputBudget(by, { tools: [tool] }, 40_000).tokens ?? 0);
  for (const by of [createReactModel(model), createCodeModel(model, [tool])]) {
    await Array.fromAsync(by.stream({ messages: [], tools: [tool] }, new AbortController().signal));
    const { messages = [] } = model.requests.at(-1)?.request ?? {};
    const told = messages.find(({ role }) => role === "system")?.content;
    assert.ok(typeof told === "string");
    assert.ok(Math.abs(besideOf({ ...model, ...by }) - textTokens(told)) <= 2);
  }
  const refused = { fields: new Set<string>() };
  const auto = { ...model, ...withToolCalling(model, "auto", refused) };
  const asFields = besideOf(auto);
  refused.fields = new Set(["tools"]);
  assert.ok(besideOf(auto) > asFields + 300);
});
