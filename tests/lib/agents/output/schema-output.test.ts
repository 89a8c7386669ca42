import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaOutput } from "#lib/agents/output/schema-output.ts";

const schema = { type: "object", properties: { age: { type: "integer" } }, required: ["age"] };

test("an object is taken by a JSON Schema as it is", () => {
  const output = schemaOutput({ $schema: "https://json-schema.org/draft/2020-12/schema", ...schema });
  assert.deepEqual(output.schema, schema);
  assert.deepEqual(output.parse({ age: 3, more: 1 }), { type: "ok", value: { age: 3, more: 1 } });
});

test("what does not fit is told with its place", () => {
  assert.deepEqual(schemaOutput(schema).parse({ age: "3" }), {
    type: "invalid",
    errors: ["age: has to be a whole number"],
  });
});

test("a schema that cannot be checked by is refused with all that is wrong", () => {
  assert.throws(() => schemaOutput({ ...schema, requird: [], properties: { a: { type: "text" } } }), {
    name: "TypeError",
    message: /\/properties\/a\/type: .*\/requird: /,
  });
  assert.throws(() => schemaOutput({ type: "array" }), /"type": "object"/);
});

test("a value that takes too long to check is told so", () => {
  const deep = schemaOutput({ type: "object", allOf: [{ $ref: "#" }] });
  assert.deepEqual(deep.parse({}).type, "invalid");
});
