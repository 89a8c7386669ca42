import assert from "node:assert/strict";
import { test } from "node:test";
import { isQuickCheck } from "#lib/mcp/is-quick-check.ts";

const many = (count: number, value: unknown) => Array.from({ length: count }, () => value);
const nested = (levels: number): object =>
  levels === 0 ? { type: "string" } : { properties: { a: { not: nested(levels - 1) } } };
/** Each of the definitions refers to the next one twice. */
const doubling = (levels: number, refer: (at: number) => string) => ({
  $ref: refer(0),
  $defs: Object.fromEntries(
    many(levels, 0).map((_, at) => [`d/${at}`, { allOf: many(2, { $ref: refer(at + 1) }) }]),
  ),
});
const escaped = (at: number) => `#/%24defs/d~1${at}`;

const rows: [what: string, schema: unknown, value: unknown, isQuick: boolean][] = [
  ["a schema of some levels", nested(30), {}, true],
  [
    "a list of some thousand",
    { properties: { a: { items: { type: "number" } } } },
    { a: many(20_000, 1) },
    true,
  ],
  [
    "a list of very many",
    { properties: { a: { items: { type: "number" } } } },
    { a: many(200_000, 1) },
    false,
  ],
  [
    "many names",
    { additionalProperties: { allOf: many(50, {}) } },
    Object.fromEntries(many(3000, 0).map((_, at) => [at, at])),
    false,
  ],
  ["references", doubling(10, escaped), 1, true],
  ["references that double", doubling(30, escaped), 1, false],
  ["references to nowhere", doubling(30, (at) => `#/$defs/e${at}`), 1, true],
  ["a reference to itself", { $ref: "#" }, 1, false],
  ["a list of values", { enum: many(200_000, "a") }, 1, false],
  ["no schema", true, 1, true],
];

for (const [what, schema, value, isQuick] of rows)
  test(`a check of ${what} is ${isQuick ? "quick" : "not begun"}, and that is known at once`, () => {
    const startedAt = performance.now();
    assert.equal(isQuickCheck(schema, value), isQuick);
    assert.ok(performance.now() - startedAt < 1000);
  });
