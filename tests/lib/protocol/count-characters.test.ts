import assert from "node:assert/strict";
import { test } from "node:test";
import { countCharacters } from "#lib/protocol/count-characters.ts";

for (const [text, count] of [
  ["", 0],
  ["abc", 3],
  ["五。", 2],
  ["😀", 1],
  ["\ud800", 1],
  ["e\u0301", 2],
] as const) {
  test(`${JSON.stringify(text)} counts as ${count}`, () => assert.equal(countCharacters(text), count));
}
