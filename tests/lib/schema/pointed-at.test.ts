import assert from "node:assert/strict";
import { test } from "node:test";
import { pointedAt } from "#lib/schema/pointed-at.ts";

const root = { $defs: { "a/b": 1, "c~d": 2, "e f": 3, "%": 4 }, list: [5] };
const cases: [reference: unknown, found: unknown][] = [
  ["#", root],
  ["#/$defs/a~1b", 1],
  ["#/$defs/c~0d", 2],
  ["#/$defs/e%20f", 3],
  ["#/$defs/%", 4],
  ["#/list/0", 5],
  ["#/list/1", undefined],
  ["#/__proto__", undefined],
  ["#name", undefined],
  ["https://elsewhere.example/#/list", undefined],
  [1, undefined],
];

for (const [reference, found] of cases)
  test(`${String(reference)} leads to ${found === undefined ? "nothing" : "what is there"}`, () => {
    assert.equal(pointedAt(root, reference), found);
  });
