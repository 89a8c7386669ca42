import assert from "node:assert/strict";
import { test } from "node:test";
import { valueKeywords } from "#lib/schema/value-keywords.ts";

const cases: [keyword: string, expected: unknown, value: unknown, fault: string | undefined][] = [
  ["type", "integer", 1.0, undefined],
  ["type", ["string", "null"], 1, "has to be null or a string"],
  ["enum", [{ a: 1, b: 2 }], { b: 2, a: 1 }, undefined],
  ["enum", ["x"], "y", 'has to be one of "x"'],
  ["const", null, 0, "has to be null"],
  ["minimum", 1, 0, "has to be at least 1"],
  ["minimum", 1, "0", undefined],
  ["exclusiveMaximum", 1, 1, "has to be less than 1"],
  ["multipleOf", 0.0001, 0.0075, undefined],
  ["multipleOf", 0.0001, 0.00751, "has to be a multiple of 0.0001"],
  ["multipleOf", 0.123456789, 1e308, "has to be a multiple of 0.123456789"],
  ["maxLength", 2, "😀😀", undefined],
  ["minItems", 1, [], "needs at least 1 items"],
  ["uniqueItems", true, [{ a: 1 }, { a: 1 }], "may have no item twice"],
  ["required", ["a", "__proto__"], { a: 1 }, 'lacks "__proto__"'],
  ["dependentRequired", { a: ["b"] }, { a: 1 }, 'lacks "b"'],
];

for (const [keyword, expected, value, fault] of cases)
  test(`${keyword} ${JSON.stringify(expected)}: ${JSON.stringify(value)} ${fault ?? "is right"}`, () => {
    assert.equal(valueKeywords.get(keyword)?.(expected, value), fault);
  });
