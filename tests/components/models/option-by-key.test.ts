import assert from "node:assert/strict";
import { test } from "node:test";
import { optionByKey } from "#components/models/option-by-key.ts";

const cases: readonly [key: string, at: number, wanted: number | undefined][] = [
  ["ArrowDown", -1, 0],
  ["ArrowDown", 0, 1],
  ["ArrowDown", 2, 0],
  ["ArrowUp", -1, 2],
  ["ArrowUp", 0, 2],
  ["ArrowUp", 2, 1],
  ["Home", 2, 0],
  ["End", 0, 2],
  ["Tab", 1, undefined],
];

for (const [key, at, wanted] of cases) {
  test(`of three options, ${key} leads from ${at} to ${wanted ?? "none"}`, () =>
    assert.equal(optionByKey(key, at, 3), wanted));
}
