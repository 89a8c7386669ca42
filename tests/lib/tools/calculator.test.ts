import assert from "node:assert/strict";
import { test } from "node:test";
import { calculator } from "#lib/tools/calculator.ts";
import { callTool } from "../../support/call-tool.ts";

test("an expression is calculated, and what is wrong with one is said in words", async () => {
  assert.deepEqual(await callTool(calculator, { expression: "0.1 + 0.2" }), { result: "0.3", isExact: true });
  assert.deepEqual(await callTool(calculator, { expression: "2/3" }), {
    result: "0.666666666666666666666666666667",
    isExact: false,
    fraction: "2/3",
  });
  await assert.rejects(callTool(calculator, { expression: "1/0" }), /division by zero/);
});

test("nothing but an expression is taken", () => {
  const given: unknown[] = [
    {},
    { expression: 1 },
    { expression: "1".repeat(1001) },
    { expression: "1", precision: 5 },
    { expression: ["1"] },
    "1+1",
    null,
    JSON.parse('{"expression": "1", "__proto__": {"x": 1}}'),
    { expression: { toString: () => "1" } },
  ];
  for (const input of given) assert.equal(calculator.parse(input).type, "invalid", JSON.stringify(input));
});
