import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineOutput } from "#lib/agents/output/output.ts";

function faultsOf(schema: z.ZodType, value: unknown): string[] {
  const parsed = defineOutput(z.object({ v: schema })).parse(value === undefined ? {} : { v: value });
  return parsed.type === "ok" ? [] : parsed.errors;
}

const pet = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("cat"), lives: z.int() }),
  z.object({ kind: z.literal("dog"), name: z.string() }),
]);
const either = z.union([z.string(), z.object({ name: z.string(), age: z.number() })]);

const cases: [schema: z.ZodType, value: unknown, faults: string[]][] = [
  [z.string(), 1, ["v: has to be a string"]],
  [z.string(), undefined, ["v: is missing"]],
  [z.enum(["a", "b"]), undefined, ["v: is missing"]],
  [either, undefined, ["v: is missing"]],
  [z.int(), 1.5, ["v: has to be a whole number"]],
  [z.boolean(), "yes", ["v: has to be true or false"]],
  [z.array(z.string()), "a", ["v: has to be an array"]],
  [z.array(z.string()), ["a", 1], ["v.1: has to be a string"]],
  [z.record(z.string(), z.number()), [], ["v: has to be an object"]],
  [z.record(z.string(), z.number()), { a: "b" }, ["v.a: has to be a number"]],
  [z.record(z.string().regex(/^k/), z.number()), { x: 1 }, ["v.x: may not be named so"]],
  [z.tuple([z.string(), z.string()]), ["a"], ["v: needs at least 2 items"]],
  [z.null(), 1, ["v: has to be null"]],
  [z.string().nullable(), 1, ["v: has to be a string"]],
  [z.enum(["a", "b"]), "c", ['v: has to be one of "a", "b"']],
  [z.literal("a"), "b", ['v: has to be "a"']],
  [z.string().min(3).max(1), "ab", ["v: needs at least 3 characters", "v: may have at most 1 characters"]],
  [z.number().min(3), 2, ["v: has to be at least 3"]],
  [z.number().gt(3), 3, ["v: has to be more than 3"]],
  [z.number().max(3), 4, ["v: has to be at most 3"]],
  [z.number().lt(3), 3, ["v: has to be less than 3"]],
  [z.number().multipleOf(5), 3, ["v: has to be a multiple of 5"]],
  [z.array(z.string()).max(1), ["a", "b"], ["v: may have at most 1 items"]],
  [z.email(), "a", ["v: has to be an e-mail address"]],
  [z.iso.date(), "tomorrow", ["v: has to be a date, as 2026-12-31"]],
  [z.url(), "here", ["v: has to be a web address"]],
  [z.cuid2(), "?", ["v: has to be of the format cuid2"]],
  [z.string().regex(/^a+$/), "b", ["v: has to match ^a+$"]],
  [z.string().startsWith("a"), "b", ['v: has to begin with "a"']],
  [
    z.strictObject({ a: z.string() }),
    { a: "a", b: 1, c: 2 },
    ["v.b: may not be there", "v.c: may not be there"],
  ],
  [pet, { kind: "bird" }, ["v.kind: fits none of the forms that it may have"]],
  [pet, { kind: "dog" }, ["v.name: is missing"]],
  [either, { name: 1 }, ["v.name: has to be a string", "v.age: is missing"]],
  [either, 3, ["v: has to be a string or an object"]],
  [z.array(either), [[]], ["v.0: has to be a string or an object"]],
  [z.string().refine((text) => text === "x"), "y", ["v: is not accepted"]],
  [z.string().refine((text) => text === "x", "has to be the letter"), "y", ["v: has to be the letter"]],
  [z.string({ error: "a name, please" }), undefined, ["v: a name, please"]],
  [z.union([z.string(), z.number()], { error: "a text or a number" }), [], ["v: a text or a number"]],
];

for (const [schema, value, expected] of cases)
  test(`what is wrong is told in words: ${expected.join(", ")}`, () =>
    assert.deepEqual(faultsOf(schema, value), expected));

test("a union in a union is looked into as deep as it goes", () => {
  const deep = z.union([z.number(), z.object({ in: either })]);
  assert.deepEqual(faultsOf(deep, { in: { name: "a" } }), ["v.in.age: is missing"]);
});
