import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeeper, maxValueDepth, maxValueLength, valueFault } from "#lib/protocol/json-bounds.ts";

const nested = (depth: number, [open, close]: readonly [string, string]): string =>
  open.repeat(depth) + close.repeat(depth);

const lists = ["[", "]"] as const;

test("depth is counted in lists and objects, and not in strings", () => {
  for (const max of [1, 32, 64]) {
    assert.equal(isDeeper(nested(max, lists), max), false);
    assert.equal(isDeeper(nested(max + 1, lists), max), true);
    assert.equal(isDeeper(`{"a":`.repeat(max + 1) + "1" + "}".repeat(max + 1), max), true);
    assert.equal(
      isDeeper(JSON.stringify([nested(max * 9, lists), '"', "\\", `\\"${"[".repeat(99)}`]), max),
      false,
    );
    assert.equal(isDeeper(`[${Array.from({ length: 99 }, () => "[]").join()}]`, 2), false);
  }
});

test("a value is kept up to the limits, and what is beyond them is said", () => {
  const deep = (depth: number): unknown => JSON.parse(nested(depth, lists));
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const cases: [value: unknown, fault: RegExp | undefined][] = [
    [undefined, undefined],
    [{ a: [1, "[[["] }, undefined],
    [deep(maxValueDepth), undefined],
    [deep(maxValueDepth + 1), /^nested deeper than 64 levels$/],
    [deep(200_000), /^nested deeper than 64 levels$/],
    ["x".repeat(maxValueLength - 2), undefined],
    ["x".repeat(maxValueLength), /^longer than 1000000 characters$/],
    [circular, /^no JSON$/],
    [{ big: 1n }, /^no JSON$/],
  ];
  for (const [value, fault] of cases)
    if (fault) assert.match(valueFault(value) ?? "", fault);
    else assert.equal(valueFault(value), undefined);
});
