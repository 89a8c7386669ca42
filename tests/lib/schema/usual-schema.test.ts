import assert from "node:assert/strict";
import { test } from "node:test";
import { checkBySchema } from "#lib/schema/check-by-schema.ts";
import { schemaFaults } from "#lib/schema/schema-faults.ts";
import { usualSchema } from "#lib/schema/usual-schema.ts";

const text = { type: "string" };
const plain = { type: "object", properties: { a: text }, required: ["a"] };
const node = { type: "object", properties: { name: text, in: { items: { $ref: "#/$defs/Node" } } } };

const cases: [what: string, given: Record<string, unknown>, usual: object][] = [
  ["one as it is", plain, plain],
  ["one without a type", { properties: { a: text } }, { type: "object", properties: { a: text } }],
  ["a record without a type", { additionalProperties: text }, { type: "object", additionalProperties: text }],
  ["what a request has", { name: "recipe", strict: true, schema: plain }, { title: "recipe", ...plain }],
  [
    "a response format",
    { type: "json_schema", json_schema: { name: "recipe", schema: plain } },
    { title: "recipe", ...plain },
  ],
  ["a tool", { type: "function", function: { name: "t", parameters: plain } }, { title: "t", ...plain }],
  ["another tool", { name: "t", description: "d", input_schema: plain }, { title: "t", ...plain }],
  [
    "a reference at the root",
    { $defs: { Node: node }, $ref: "#/$defs/Node" },
    { ...node, $defs: { Node: node } },
  ],
  [
    "OpenAPI's null",
    {
      type: "object",
      properties: {
        a: { type: "string", nullable: true },
        b: { type: "string", enum: ["x"], nullable: true },
        c: { $ref: "#/properties/a", nullable: true },
        d: { type: "string", nullable: false },
        nullable: { type: "boolean" },
      },
    },
    {
      type: "object",
      properties: {
        a: { type: ["string", "null"] },
        b: { type: ["string", "null"], enum: ["x", null] },
        c: { anyOf: [{ $ref: "#/properties/a" }, { type: "null" }] },
        d: { type: "string" },
        nullable: { type: "boolean" },
      },
    },
  ],
  [
    "older lists and bounds",
    {
      type: "object",
      properties: {
        a: { type: "array", items: [text], additionalItems: false },
        b: { type: "number", minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
        minimum: { type: "number" },
      },
    },
    {
      type: "object",
      properties: {
        a: { type: "array", prefixItems: [text], items: false },
        b: { type: "number", exclusiveMinimum: 0, maximum: 9 },
        minimum: { type: "number" },
      },
    },
  ],
];

for (const [what, given, usual] of cases)
  test(`${what} is taken for a schema in the usual form`, () => {
    assert.deepEqual(usualSchema(given), usual);
    assert.equal(JSON.stringify(usualSchema(usual as Record<string, unknown>)), JSON.stringify(usual));
    assert.deepEqual(schemaFaults(usualSchema(given)), []);
  });

test("fields keep their order", () => {
  const names = ["minimum", "exclusiveMinimum", "items", "nullable", "z", "a"];
  const properties = Object.fromEntries(names.map((name) => [name, text]));
  assert.deepEqual(Object.keys(Object(usualSchema({ properties }))["properties"]), names);
});

test("values are no schemas, whatever stands in them", () => {
  const values = {
    enum: [{ nullable: true, type: "x" }],
    default: { items: [1] },
    examples: [{ nullable: true }],
  };
  const schema = { type: "object", properties: { a: values } };
  assert.deepEqual(usualSchema(schema), schema);
});

test("a schema that names itself at its root checks what it did", () => {
  const schema = usualSchema({ $defs: { Node: { ...node, required: ["name"] } }, $ref: "#/$defs/Node" });
  assert.equal(checkBySchema(schema, { name: "a", in: [{ name: "b", in: [] }] }).type, "fits");
  assert.equal(checkBySchema(schema, { name: "a", in: [{}] }).type, "unfit");
});

test("what is no schema of an object is none", () => {
  for (const given of [
    {},
    { a: 1 },
    { type: "array", items: text },
    { type: "string" },
    { $ref: "#" },
    { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } },
    { $ref: "https://elsewhere.example/x" },
    { schema: 1, name: "x" },
    { schema: { name: "x" } },
  ])
    assert.equal(usualSchema(given), undefined, JSON.stringify(given));
});

test("what tools note for themselves asks nothing", () => {
  const noted = { ...plain, "x-order": 1, discriminator: { propertyName: "a" }, example: { a: "b" } };
  assert.deepEqual(schemaFaults(noted), []);
  assert.equal(checkBySchema(noted, { a: "b" }).type, "fits");
});
