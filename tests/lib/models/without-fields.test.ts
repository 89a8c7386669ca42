import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutFields } from "#lib/models/without-fields.ts";

const body = { model: "m", tools: [], tool_choice: "auto", stream: true, stream_options: {}, messages: [] };

test("a body of which nothing is left out is the same object", () => {
  assert.equal(withoutFields(body, new Set()), body);
});

const leftOut: [without: string[], gone: string[]][] = [
  [["temperature"], []],
  [["stream_options"], ["stream_options"]],
  [["tool_choice"], ["tool_choice"]],
  [["tools"], ["tools", "tool_choice"]],
  [
    ["stream", "tools"],
    ["tools", "tool_choice", "stream", "stream_options"],
  ],
];
for (const [without, gone] of leftOut)
  test(`without ${without.join(" and ")}: ${gone.join(", ") || "nothing"} is gone, and the order stays`, () => {
    const fields = Object.keys(body).filter((field) => !gone.includes(field));
    assert.deepEqual(Object.keys(withoutFields(body, new Set(without))), fields);
  });
