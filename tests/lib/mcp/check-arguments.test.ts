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
    "a pattern that takes for ever, and looks back",
    object({ a: { type: "string", pattern: "^((a+)\\2?)+$" } }),
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

/** Each of the definitions refers to the next one twice. */
const doubling = (refer: (at: number) => object) => ({
  ...Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`d${at}`, { anyOf: [refer(at), refer(at)] }])),
  d40: { type: "string" },
});

beyond.push(
  [
    "a form that doubles with each reference",
    object({ a: { $ref: "#/$defs/d0" } }, { $defs: doubling((at) => ({ $ref: `#/$defs/d${at + 1}` })) }),
    { a: 1 },
  ],
  [
    "the same by names",
    object(
      { a: { $ref: "#d0" } },
      {
        $defs: Object.fromEntries(
          Object.entries(doubling((at) => ({ $ref: `#d${at + 1}` }))).map(([name, schema]) => [
            name,
            { ...schema, $anchor: name },
          ]),
        ),
      },
    ),
    { a: 1 },
  ],
  ["a form that is its own", object({ a: { $ref: "#/properties/a" } }), { a: 1 }],
  [
    "a form of many rules for a list of many",
    object({ a: { items: { allOf: Array.from({ length: 1000 }, () => ({ type: "string" })) } } }),
    { a: Array.from({ length: 100_000 }, () => 1) },
  ],
  [
    "a list in lists, each in two forms",
    object(
      { a: { $ref: "#/$defs/t" } },
      {
        $defs: {
          t: { anyOf: [{ items: { $ref: "#/$defs/t" } }, { items: { $ref: "#/$defs/t" }, type: "array" }] },
        },
      },
    ),
    { a: JSON.parse("[".repeat(50) + "]".repeat(50)) },
  ],
);

test("what is said of arguments is short, however much is wrong with them", () => {
  const properties = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [`a${at}`, { type: "string" }]),
  );
  const input = Object.fromEntries(Object.keys(properties).map((name) => [name, 1]));
  const parsed = createArgumentsCheck(object(properties))(input);
  assert.ok(parsed.type === "invalid" && parsed.errorText.length <= 2001);
});

for (const [what, schema, input] of beyond)
  test(`${what} is left to the server, at once and without a request`, () => {
    const startedAt = performance.now();
    assert.deepEqual(createArgumentsCheck({ ...schema })(input), { type: "ok", input });
    assert.ok(performance.now() - startedAt < 2000);
  });
