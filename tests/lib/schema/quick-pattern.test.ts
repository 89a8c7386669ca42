import assert from "node:assert/strict";
import { test } from "node:test";
import { isQuickPattern } from "#lib/schema/quick-pattern.ts";

const quick = [
  ...[
    "^\\d{4}-\\d{2}-\\d{2}$",
    "[a-z]+",
    "^[^@]+@[^@]+$",
    "^(a|b)?$",
    "\\p{Letter}+",
    "a?b?c?",
    "[(+*]",
    "\\(\\+",
  ],
  ...["^a{1,3}b{2,4}c+$", "a{1000}"],
];
for (const pattern of quick)
  test(`${pattern} is tried`, () => assert.equal(isQuickPattern(pattern, 100), true));

const slow = [
  ...[
    "(a+)+$",
    "(a|a)*b",
    "^(a|aa){9}$",
    "a*a*",
    "^a*a*a*b",
    "(?=a+)a+",
    "(a+)\\1",
    "a{2,}b{2,}",
    "^a+|a+b+",
  ],
  ...["a".repeat(400), "(", "a?".repeat(30), "^".concat("\\d{1,99}".repeat(6))],
];
for (const pattern of slow)
  test(`${pattern.slice(0, 20)} is not`, () => assert.equal(isQuickPattern(pattern, 100), false));

test("no pattern is tried on a long text", () => assert.equal(isQuickPattern("a", 5000), false));

test("whatever is tried is quick on the longest text", () => {
  const texts = ["a", "ab", "1", "é", "@"].map((part) => `${part.repeat(4000 / part.length - 1)}!`);
  for (const pattern of quick) {
    const startedAt = performance.now();
    for (const text of texts) new RegExp(pattern, "u").test(text);
    assert.ok(performance.now() - startedAt < 2000, pattern);
  }
});
