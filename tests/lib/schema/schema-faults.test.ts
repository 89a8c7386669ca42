import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaFaults } from "#lib/schema/schema-faults.ts";

const text = { type: "string" };
const nested = (depth: number): object => (depth === 0 ? text : { properties: { a: nested(depth - 1) } });
const wide = (count: number) => ({
  type: "object",
  properties: Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, text])),
});

const taken: [what: string, schema: unknown][] = [
  ["an object", { type: "object", properties: { a: text }, required: ["a"] }],
  ["a list of itself", { properties: { children: { items: { $ref: "#" } } } }],
  ["an older dialect", { $schema: "http://json-schema.org/draft-07/schema#", definitions: { a: text } }],
  ["a pattern that backtracking takes for ever", { pattern: "^(a+)+$" }],
  ["the same for names", { patternProperties: { "(a|a)*b": {} } }],
  ["a pattern of one repetition", { pattern: "^[A-Z]{2}\\d+$" }],
  ["what says nothing", { title: "A", description: "b", default: 1, examples: [2], format: "date" }],
];

for (const [what, schema] of taken)
  test(`${what} is taken`, () => assert.deepEqual(schemaFaults(schema), []));

const refused: [what: string, schema: unknown, fault: RegExp][] = [
  ["no schema", 1, /^the schema: a schema is an object/],
  ["a keyword with a slip", { requird: ["a"] }, /^\/requird: is no keyword/],
  ["a type that is none", { properties: { a: { type: "text" } } }, /^\/properties\/a\/type: is one of null/],
  ["a list of schemas for items", { items: [text] }, /^\/items: .*prefixItems/],
  ["a reference to elsewhere", { $ref: "https://elsewhere.example/x" }, /^\/\$ref: leads to no schema/],
  ["a reference to a value", { $ref: "#/enum/0", enum: [text] }, /^\/\$ref: leads to no schema/],
  ["a bound that is a text", { minimum: "1" }, /^\/minimum: is a number/],
  ["nothing to choose from", { enum: [] }, /^\/enum: is a list/],
  ["a depth of 100", nested(100), /nested deeper/],
  ["10,000 fields", wide(10_000), /longer than|more than/],
  ["2,000 short fields", wide(2000), /more than 1000 schemas/],
  ["a pattern that looks back", { pattern: "^(a+)\\1+$" }, /^\/pattern: .*nor back/],
  ["the same for names", { patternProperties: { "(?=a+)a*b": {} } }, /^\/patternProperties: /],
];

for (const [what, schema, fault] of refused)
  test(`${what} is refused, with its place`, () => assert.match(schemaFaults(schema)[0] ?? "", fault));
