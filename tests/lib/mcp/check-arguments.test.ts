import assert from "node:assert/strict";
import { test } from "node:test";
import { createArgumentsCheck } from "#lib/mcp/check-arguments.ts";

const object = (properties: object, rest: object = {}) => ({ type: "object", properties, ...rest });

const fits: [what: string, schema: object, input: unknown, isRight: boolean][] = [
  ["what the schema names", object({ a: { type: "string" } }), { a: "x" }, true],
  ["another type", object({ a: { type: "string" } }), { a: 1 }, false],
  ["a missing one", object({ a: {} }, { required: ["a"] }), {}, false],
  ["one that is not named", object({ a: {} }, { additionalProperties: false }), { b: 1 }, false],
  ["one that may be there", object({ a: {} }), { b: 1 }, true],
  ["a value of a list", object({ a: { enum: ["x", "y"] } }), { a: "z" }, false],
  ["a number out of range", object({ a: { type: "integer", maximum: 5 } }), { a: 6 }, false],
  [
    "one of several forms",
    object({ a: { anyOf: [{ type: "string" }, { type: "null" }] } }),
    { a: null },
    true,
  ],
  [
    "a form by reference",
    object({ a: { $ref: "#/$defs/n" } }, { $defs: { n: { type: "number" } } }),
    { a: "x" },
    false,
  ],
  [
    "an older draft",
    object({ a: { type: "string" } }, { $schema: "http://json-schema.org/draft-07/schema#" }),
    { a: 1 },
    false,
  ],
  ["a property named pattern", object({ pattern: { type: "string" } }, { required: ["pattern"] }), {}, false],
  ["no object at all", object({}), [], false],
  ["a list in a list", object({ a: { type: "array", items: { type: "string" } } }), { a: [1] }, false],
];

for (const [what, schema, input, isRight] of fits)
  test(`${what} is ${isRight ? "taken" : "refused, in words for the model"}`, () => {
    const parsed = createArgumentsCheck({ ...schema })(input);
    assert.equal(parsed.type, isRight ? "ok" : "invalid", JSON.stringify(parsed));
    if (parsed.type === "invalid") assert.match(parsed.errorText, /\w/);
  });

const beyond: [what: string, schema: object, input: unknown][] = [
  ["a reference to elsewhere", object({ a: { $ref: "https://nowhere.example/schema" } }), { a: 1 }],
  ["an unknown dialect", object({}, { $schema: "https://nowhere.example/dialect" }), { a: 1 }],
  [
    "a pattern that takes for ever",
    object({ a: { type: "string", pattern: "^(a+)+$" } }),
    { a: `${"a".repeat(40)}!` },
  ],
  [
    "names by a pattern",
    object({}, { patternProperties: { "^x": {} }, additionalProperties: false }),
    { xa: 1 },
  ],
  [
    "many values that are to differ",
    object({ a: { type: "array", uniqueItems: true } }),
    { a: Array.from({ length: 100_000 }, (_, at) => at) },
  ],
];

for (const [what, schema, input] of beyond)
  test(`${what} is left to the server, at once and without a request`, () => {
    const startedAt = performance.now();
    assert.deepEqual(createArgumentsCheck({ ...schema })(input), { type: "ok", input });
    assert.ok(performance.now() - startedAt < 2000);
  });
