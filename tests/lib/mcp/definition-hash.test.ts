import assert from "node:assert/strict";
import { test } from "node:test";
import { definitionHash } from "#lib/mcp/definition-hash.ts";

const tool = {
  name: "a",
  description: "b",
  inputSchema: { type: "object" as const, properties: { x: {}, y: {} } },
};

test("the hash of a tool is the same for the same words in any order, and another one for any change", () => {
  const { name, description } = tool;
  const turned = {
    inputSchema: { properties: { y: {}, x: {} }, type: "object" as const },
    description,
    name,
  };
  assert.equal(definitionHash(turned), definitionHash(tool));
  for (const changed of [
    { ...tool, description: "b." },
    { ...tool, title: "A" },
    { ...tool, inputSchema: { type: "object" as const, properties: { x: {} } } },
    { ...tool, annotations: { readOnlyHint: true } },
  ])
    assert.notEqual(definitionHash(changed), definitionHash(tool));
});
