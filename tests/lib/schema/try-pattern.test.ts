import assert from "node:assert/strict";
import { test } from "node:test";
import { checkBySchema } from "#lib/schema/check-by-schema.ts";
import { isTakenPattern, patternCost, tryPattern } from "#lib/schema/try-pattern.ts";

const patterns: readonly [pattern: string, isTaken: boolean][] = [
  ["^\\d+$", true],
  ["^[a-z]+(-[a-z]+)*$", true],
  ["^(a+)+$", true],
  ["(?=a)b", false],
  ["(a)\\1", false],
  ["(", false],
  ["a".repeat(400), false],
];

for (const [pattern, isTaken] of patterns)
  test(`${pattern.slice(0, 20)} is ${isTaken ? "" : "not "}tried`, () => {
    assert.equal(isTakenPattern(pattern), isTaken);
    assert.equal(tryPattern(pattern, "aab") === undefined, !isTaken);
  });

test("a text that is too long for a pattern is not tried", () => {
  assert.equal(tryPattern("^(a+)+$", "a".repeat(9000)), true);
  assert.equal(tryPattern("^(a+)+$", "a".repeat(900_000)), undefined);
});

test("what one pass takes counts as steps of the check, so that many long texts end it", () => {
  assert.equal(patternCost("^\\d+$", "1".repeat(4000)), 0);
  assert.ok(patternCost("^(a+)+$", "a".repeat(4000)) > 100);
  const startedAt = performance.now();
  const items = { pattern: "^(a{1,20}b?){1,5}(a+)+$" };
  const texts = Array.from({ length: 500 }, () => `${"a".repeat(800)}!`);
  assert.deepEqual(checkBySchema({ items }, texts), { type: "given-up" });
  assert.ok(performance.now() - startedAt < 10_000);
});
