import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLeniently } from "#lib/models/parse-leniently.ts";

const cases: [what: string, text: string, value: unknown][] = [
  ["JSON", '{"a":"b"}', { a: "b" }],
  ["a tab and a line break in a string", '{"a":\t"b\tc\nd"}', { a: "b\tc\nd" }],
  ["quotes beside them", '{"a":"\\"\t\\\\","b":"\t"}', { a: '"\t\\', b: "\t" }],
  ["Python's numbers", '{"a":NaN,"b":[-Infinity],"c":"NaN"}', { a: null, b: [null], c: "NaN" }],
  ["what was cut", '{"a":"b', undefined],
  ["words", "Internal server error", undefined],
];
for (const [what, text, value] of cases)
  test(`${what}: ${JSON.stringify(text)}`, () => assert.deepEqual(parseLeniently(text), value));

test("a string of a megabyte with a tab in it is read", () => {
  const long = "x\\n".repeat(300_000);
  assert.deepEqual(parseLeniently(`{"a":"${long}\t"}`), { a: `${"x\n".repeat(300_000)}\t` });
});
