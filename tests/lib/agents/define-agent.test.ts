import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineAgent } from "#lib/agents/define-agent.ts";
import { defineOutput } from "#lib/agents/output/output.ts";

const facts = { name: "cook", instructions: "Cook." };
const soup = z.object({ name: z.string() });

test("an agent is what it was said to be, and cannot be changed", () => {
  const agent = defineAgent({ ...facts, tools: ["calculator"] });
  assert.deepEqual(agent, { ...facts, tools: ["calculator"] });
  assert.ok(Object.isFrozen(agent));
});

test("an output may be a JSON Schema, which is refused if it cannot be checked by", () => {
  const { output } = defineAgent({ ...facts, output: { type: "object", required: ["a"] } });
  assert.deepEqual(output.parse({}), { type: "invalid", errors: ['lacks "a"'] });
  assert.throws(() => defineAgent({ ...facts, output: { type: "object", requird: ["a"] } }), /no keyword/);
});

test("an output is a schema by zod, or one with a name and a number of retries", () => {
  assert.deepEqual(Object.keys(defineAgent({ ...facts, output: soup }).output.schema), [
    ...["type", "properties", "required"],
  ]);
  const { output } = defineAgent({ ...facts, output: defineOutput(soup, { name: "soup", retries: 0 }) });
  assert.deepEqual([output.name, output.retries], ["soup", 0]);
});

test("names that no request could have, and tools of names that are taken, are refused", () => {
  assert.throws(() => defineAgent({ ...facts, name: "a cook" }), TypeError);
  assert.throws(() => defineAgent({ ...facts, tools: ["handoff"] }), /hand over/);
  const named = { ...facts, tools: ["final_answer"] };
  assert.throws(() => defineAgent({ ...named, output: soup }), /stands for an answer/);
  assert.equal(defineAgent(named).output, undefined);
});
