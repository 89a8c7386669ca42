import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineTool } from "#lib/tools/define-tool.ts";

const add = defineTool({
  name: "add",
  description: "Adds two numbers.",
  input: z.object({ a: z.number(), b: z.number().optional() }),
  effect: "read",
  run: ({ a, b = 0 }) => a + b,
});

test("a model is offered the arguments as a JSON Schema that allows no others", () => {
  assert.deepEqual(add.inputSchema, {
    type: "object",
    properties: { a: { type: "number" }, b: { type: "number" } },
    required: ["a"],
    additionalProperties: false,
  });
});

test("arguments of the right types are what the tool is run with", () => {
  assert.deepEqual(add.parse({ a: 2 }), { type: "ok", input: { a: 2 } });
});

for (const [what, input] of [
  ["a wrong type", { a: "2" }],
  ["a missing argument", {}],
  ["one that is not there", { a: 2, c: 3 }],
  ["__proto__ as a name", JSON.parse('{"a":2,"__proto__":{"b":3}}')],
  ["no object", [2]],
  ["a number that is none of JSON's", { a: Infinity }],
] as const)
  test(`${what} is told in words, and the tool is not run`, () => {
    const parsed = add.parse(input);
    assert.ok(parsed.type === "invalid" && parsed.errorText !== "");
  });

test("an object inside of the arguments takes no other keys where it is strict, and drops them where it is not", () => {
  const tool = (inner: z.ZodObject) =>
    defineTool({ name: "t", description: "", input: z.object({ inner }), effect: "read", run: () => 1 });
  const given = { inner: { a: 1, b: 2 } };
  assert.equal(tool(z.strictObject({ a: z.number() })).parse(given).type, "invalid");
  assert.deepEqual(tool(z.object({ a: z.number() })).parse(given), {
    type: "ok",
    input: { inner: { a: 1 } },
  });
});

test("a name that a provider would refuse is refused where the tool is defined", () => {
  for (const name of ["", "look up", "x".repeat(65)])
    assert.throws(
      () => defineTool({ name, description: "", input: z.object({}), effect: "read", run: () => undefined }),
      TypeError,
    );
});

test("only a tool that reads is tried again by itself", () => {
  const facts = { name: "look", description: "", input: z.object({}), run: () => undefined, attempts: 3 };
  assert.equal(defineTool({ ...facts, effect: "read" }).attempts, 3);
  for (const effect of ["write", "network", "code"] as const)
    assert.throws(() => defineTool({ ...facts, effect }), TypeError);
});
