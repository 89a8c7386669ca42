import assert from "node:assert/strict";
import { test } from "node:test";
import { fitDefinitions } from "#lib/mcp/fit-definitions.ts";

const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`);

const inputSchema = { type: "object" };
const odd: [what: string, listed: unknown][] = [
  ["no object", 5],
  ["null", null],
  ["no name", { inputSchema }],
  ["a name that is no text", { name: 1, inputSchema }],
  ["no schema", { name: "t" }],
  ["a schema that is a list", { name: "t", inputSchema: [] }],
  ["a schema of no object", { name: "t", inputSchema: { type: "string" } }],
  ["a schema without a type", { name: "t", inputSchema: {} }],
  ["properties that are a list", { name: "t", inputSchema: { ...inputSchema, properties: [] } }],
  ["required that is no list", { name: "t", inputSchema: { ...inputSchema, required: true } }],
  ["a schema of 200 levels", { name: "t", inputSchema: { ...inputSchema, properties: nested(200) } }],
  ["a schema of 100,000 levels", { name: "t", inputSchema: { ...inputSchema, properties: nested(100_000) } }],
];

for (const [what, listed] of odd)
  test(`${what}: that tool is left out, and no other`, () => {
    const names = fitDefinitions([{ name: "a", inputSchema }, listed, { name: "b", inputSchema }]);
    assert.deepEqual(
      names.map(({ name }) => name),
      ["a", "b"],
    );
  });

test("of what is beside name and schema only what is used and well-formed stays", () => {
  const annotations = { readOnlyHint: true };
  const more = { title: "T", outputSchema: { type: 5 }, icons: 3, _meta: nested(100_000) };
  assert.deepEqual(
    fitDefinitions([
      { name: "a", description: "d", inputSchema, annotations, ...more },
      { name: "b", description: 5, inputSchema, annotations: nested(100_000) },
    ]),
    [
      { name: "a", title: "T", description: "d", inputSchema, annotations },
      { name: "b", inputSchema },
    ],
  );
});
