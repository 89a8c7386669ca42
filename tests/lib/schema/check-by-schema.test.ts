import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { checkBySchema } from "#lib/schema/check-by-schema.ts";
import { schemaFaults } from "#lib/schema/schema-faults.ts";

const judgements: [what: string, schema: unknown, value: unknown, faults: string[]][] = [
  ["a value of the type", { type: "string" }, "x", []],
  ["a value of another type", { type: ["string", "null"] }, 1, ["has to be null or a string"]],
  [
    "each fault with its path",
    { properties: { a: { items: { type: "number" } }, b: { enum: [1, "x"] } }, required: ["c"] },
    { a: [1, "2"], b: 2 },
    ["a.1: has to be a number", 'b: has to be one of 1, "x"', 'lacks "c"'],
  ],
  [
    "a name that is not listed",
    { properties: { a: {} }, additionalProperties: false },
    { b: 1 },
    ["b: may not be there"],
  ],
  ["a decimal multiple", { multipleOf: 0.1 }, 0.3, []],
  ["a length in characters", { maxLength: 1 }, "😀", []],
  ["the nearest form", { anyOf: [{ required: ["a", "b"] }, { required: ["c"] }] }, {}, ['lacks "a", "b"']],
  [
    "two forms of one",
    { oneOf: [{ type: "number" }, { minimum: 0 }] },
    1,
    ["fits more than one of the forms of which it has to fit one"],
  ],
  [
    "a form of itself",
    { properties: { next: { $ref: "#" } }, required: ["v"] },
    { v: 1, next: {} },
    ['next: lacks "v"'],
  ],
  [
    "an own key of JSON's",
    { additionalProperties: { type: "number" } },
    JSON.parse('{"__proto__":"x"}'),
    ["__proto__: has to be a number"],
  ],
];

for (const [what, schema, value, faults] of judgements)
  test(`${what}: ${faults.length === 0 ? "fits" : "is told with its path"}`, () => {
    const judgement = checkBySchema(schema, value);
    assert.deepEqual(judgement, faults.length === 0 ? { type: "fits" } : { type: "unfit", faults });
  });

const slow = "(a+)\\1$";
const leftOut: [what: string, schema: unknown, value: unknown][] = [
  ["a keyword that is not known", { not: { unevaluatedItems: false } }, 1],
  ["a slow pattern", { not: { pattern: slow } }, "a"],
  ["a slow pattern of names", { patternProperties: { [slow]: {} }, additionalProperties: false }, { a: 1 }],
  ["a reference to elsewhere", { oneOf: [{ $ref: "https://elsewhere.example" }, { type: "number" }] }, 1],
  ["a condition that is not known", JSON.parse('{"if":{"unknown":1},"then":false,"else":false}'), 1],
  ["many that may fit", { contains: { pattern: slow }, maxContains: 0 }, ["a"]],
];

for (const [what, schema, value] of leftOut)
  test(`${what} makes nothing a fault`, () => {
    assert.deepEqual(checkBySchema(schema, value), { type: "fits" });
  });

test("a check that asks for more steps than there are atoms is given up", () => {
  const levels = Array.from({ length: 64 }, (_, at) => [
    `l${at}`,
    { allOf: [{ $ref: `#/$defs/l${at + 1}` }, { $ref: `#/$defs/l${at + 1}` }] },
  ]);
  const schema = { $ref: "#/$defs/l0", $defs: Object.fromEntries(levels) };
  assert.deepEqual(checkBySchema(schema, 1), { type: "given-up" });
  assert.deepEqual(checkBySchema({ $ref: "#" }, 1), { type: "given-up" });
});

const suite = "../shared/suites/json-schema-2020-12/tests/draft2020-12";

interface Group {
  description: string;
  schema: unknown;
  tests: { description: string; data: unknown; valid: boolean }[];
}

test("each schema of the 2020-12 suite is judged as it says, or refused in words", {
  skip: !existsSync(suite),
}, () => {
  let taken = 0;
  for (const file of readdirSync(suite).filter((name) => name.endsWith(".json"))) {
    const groups: Group[] = JSON.parse(readFileSync(join(suite, file), "utf8"));
    for (const { description, schema, tests } of groups) {
      const faults = schemaFaults(schema);
      for (const fault of faults)
        assert.match(fault, /^(\/|the schema: ).+: [a-z].+|^the schema: /, description);
      if (faults.length > 0) continue;
      taken += 1;
      for (const each of tests)
        assert.equal(
          checkBySchema(schema, each.data).type,
          each.valid ? "fits" : "unfit",
          `${file}: ${description}: ${each.description}`,
        );
    }
  }
  assert.ok(taken > 240, `${taken} groups`);
});
