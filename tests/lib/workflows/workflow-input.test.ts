import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineEvent } from "#lib/workflows/define-event.ts";
import { workflowInput } from "#lib/workflows/workflow-input.ts";

const cases: [what: string, schema: z.ZodType, text: string, data: unknown][] = [
  ["a text is itself", z.string(), "rain", "rain"],
  ["a text that is JSON is still itself", z.string(), '{"a":1}', '{"a":1}'],
  ["the one text of an object is the text", z.object({ topic: z.string() }), "rain", { topic: "rain" }],
  [
    "what an object need not have is no text of it",
    z.object({ topic: z.string(), length: z.number().optional() }),
    "rain",
    { topic: "rain" },
  ],
  ["an object may be given as JSON", z.object({ topic: z.string() }), '{"topic":"rain"}', { topic: "rain" }],
  ["anything else is JSON", z.object({ a: z.number(), b: z.number() }), '{"a":1,"b":2}', { a: 1, b: 2 }],
  ["a list is JSON", z.array(z.number()), "[1,2]", [1, 2]],
];

for (const [what, schema, text, data] of cases) {
  test(what, () => assert.deepEqual(workflowInput(defineEvent("in", schema), text), { type: "ok", data }));
}

test("what does not fit is refused in words", () => {
  const event = defineEvent("in", z.object({ a: z.number(), b: z.number() }));
  const fault = workflowInput(event, '{"a":"x"}');
  assert.match(fault.type === "fault" ? fault.errorText : "", /expected number.*\n.*at a/);
  const noJson = workflowInput(event, "words");
  assert.match(noJson.type === "fault" ? noJson.errorText : "", /it is no JSON/);
});
