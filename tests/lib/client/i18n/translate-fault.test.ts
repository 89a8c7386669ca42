import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { findForm } from "#lib/agents/output/find-form.ts";
import { createObjectParts } from "#lib/agents/output/object-parts.ts";
import { defineOutput } from "#lib/agents/output/output.ts";
import { schemaOutput } from "#lib/agents/output/schema-output.ts";
import { translateFault } from "#lib/client/i18n/translate-fault.ts";
import type { Message } from "#lib/protocol/message.ts";
import { checkBySchema } from "#lib/schema/check-by-schema.ts";
import { schemaFaults } from "#lib/schema/schema-faults.ts";

/** What may stand in a Chinese sentence: values, names and places as they are. */
const kept =
  /"[^"]*"|“[^”]*”|PT30M|__proto__|\/\S*|\b(?:JSON|Schema|schema|true|false|null|UUID|prefixItems|boolean|string|number|integer|array|object)\b/g;

/** The sentence behind the place. */
const sentence = (fault: string): string => fault.slice(fault.indexOf("：") + 1);

function assertChinese(faults: readonly string[]): void {
  assert.ok(faults.length > 0);
  for (const fault of faults) {
    assert.equal(translateFault("en", fault), fault);
    const told = translateFault("zh", fault);
    assert.doesNotMatch(sentence(told).replaceAll(kept, ""), /[A-Za-z]{2,}/, `${fault} → ${told}`);
    assert.match(told, /\p{sc=Han}/u, fault);
  }
}

const checked: readonly [schema: object, value: unknown][] = [
  [{ type: "string" }, 1],
  [{ type: ["string", "null"] }, 1],
  [{ type: ["boolean", "array", "integer"] }, "x"],
  [{ type: ["object", "number"] }, "x"],
  [{ enum: ["a", 2] }, 1],
  [{ const: "a" }, 1],
  [{ minimum: 2 }, 1],
  [{ maximum: 0.5 }, 1],
  [{ exclusiveMinimum: 2 }, 1],
  [{ exclusiveMaximum: 1 }, 1],
  [{ multipleOf: 2 }, 1],
  [{ minLength: 2 }, "a"],
  [{ maxLength: 1 }, "abc"],
  [{ pattern: "^7+$" }, "1"],
  [{ minItems: 1 }, []],
  [{ maxItems: 0 }, [1]],
  [{ uniqueItems: true }, [1, 1]],
  [{ minProperties: 1 }, {}],
  [{ maxProperties: 0 }, { a: 1 }],
  [{ required: ["a"] }, {}],
  [{ dependentRequired: { a: ["b"] } }, { a: 1 }],
  [{ additionalProperties: false }, { a: 1 }],
  [{ propertyNames: { maxLength: 0 } }, { a: 1 }],
  [{ not: {} }, 1],
  [{ oneOf: [{}, true] }, 1],
  [{ contains: { const: 1 } }, []],
];

test("what a JSON Schema finds wrong with an object has Chinese words", () => {
  for (const [schema, value] of checked) {
    const judged = checkBySchema({ properties: { a: schema } }, { a: value });
    assertChinese(judged.type === "unfit" ? judged.faults : []);
    const alone = checkBySchema(schema, value);
    assertChinese(alone.type === "unfit" ? alone.faults : []);
  }
  const slow = schemaOutput({
    type: "object",
    $defs: {
      a: { allOf: Array.from({ length: 99 }, () => ({ $ref: "#/$defs/b" })) },
      b: { allOf: [{ $ref: "#/$defs/a" }] },
    },
    properties: { a: { $ref: "#/$defs/a" } },
  }).parse({ a: 1 });
  assertChinese(slow.type === "invalid" ? slow.errors : []);
});

test("what zod finds wrong has Chinese words, but for a developer's own", () => {
  const date = z.iso.date();
  const schema = z.object({
    ...{ a: z.string(), b: z.int(), c: z.array(date), d: z.enum(["x", "y"]), e: z.literal("x") },
    ...{ f: z.email(), g: z.url(), h: z.uuid(), i: z.iso.time(), j: z.iso.datetime(), k: z.iso.duration() },
    ...{
      l: z.string().startsWith("Q").endsWith("Q").includes("Q").min(9),
      m: z.number().gt(9).multipleOf(7),
    },
    ...{
      n: z.union([z.string(), z.object({})]),
      o: z.discriminatedUnion("t", [z.object({ t: z.literal("x") })]),
    },
    ...{ p: z.record(z.string().regex(/^7$/), z.number()), q: z.number().refine(() => false), r: z.base64() },
  });
  const text = { a: 1, b: 1.5, c: ["x"], d: "z", e: "z", f: "", g: "", h: "", i: "", j: "", k: "", l: "" };
  const wrong = { ...text, m: 1, n: 1, o: { t: "z" }, p: { q: 1 }, q: 1, r: "?" };
  for (const value of [wrong, {}, { ...wrong, p: 1 }]) {
    const parsed = defineOutput(schema.strict()).parse({ ...value, unknown: 1 });
    const errors = parsed.type === "invalid" ? parsed.errors : [];
    assertChinese(errors.filter((error) => !error.startsWith("r: ")));
  }
  assert.equal(translateFault("zh", "name: a name, please"), "name: a name, please");
});

test("what is wrong with the object as a whole has Chinese words", () => {
  for (const json of [
    '{"a": ',
    "{x}",
    '{"a":1e999}',
    '{"__proto__":1}',
    '{"a":12345678901234567890}',
    `${'{"a":'.repeat(70)}1${"}".repeat(70)}`,
  ]) {
    const parts = createObjectParts({
      output: defineOutput(z.looseObject({})),
      stepId: "s",
      attempt: 1,
      hasFit: false,
      nextId: () => "o",
    });
    const end = [...parts.startCall(), ...parts.pushCall(json), ...parts.endCall()].at(-1);
    assertChinese(end?.type === "object-end" ? (end.errors ?? []) : []);
  }
});

const deep = (levels: number): object => (levels === 0 ? {} : { properties: { a: deep(levels - 1) } });

const unusable: readonly unknown[] = [
  { properties: { a: 1 } },
  { properties: [] },
  { anyOf: {} },
  { anyOf: [] },
  { type: "text" },
  { enum: "a" },
  { required: "a" },
  { dependentRequired: { a: "b" } },
  { pattern: "(a+)\\1$" },
  { patternProperties: { "(a+)\\1$": {} } },
  { uniqueItems: 1 },
  { multipleOf: 0 },
  { minimum: "1" },
  { minLength: -1 },
  { items: [{}] },
  { $ref: "#/nowhere" },
  { $schema: "http://example.org" },
  { properties: { a: { $id: "http://example.org" } } },
  { unevaluatedItems: true },
  deep(40),
  { description: "x".repeat(70_000) },
  { anyOf: Array.from({ length: 1001 }, () => ({})) },
];

test("why a schema cannot be used has Chinese words", () => {
  for (const schema of unusable) assertChinese(schemaFaults(schema));
});

test("why the question gives no form has Chinese words", () => {
  const message = (text: string): Message => ({
    ...{ id: "m", parentId: null, runId: "r", role: "user", createdAt: 0, text },
  });
  for (const text of [
    "Hello",
    '{"a": 1}',
    '{"type": "object", }',
    '{"type": "array", "items": {}}',
    `{"a":${"[".repeat(70)}`,
  ]) {
    const found = findForm([message(text)]);
    assertChinese(found.type === "invalid" ? found.faults : []);
  }
});

test("the place of a fault stays, also with a colon in it", () => {
  assert.equal(translateFault("zh", "steps.0: has to be a string"), "steps.0：应是文字");
  assert.equal(translateFault("zh", "a: b: is missing"), "a: b：没有填写");
  assert.equal(translateFault("zh", "v: has to be a string or an object"), "v：应是文字或对象");
  assert.equal(translateFault("zh", "v: has to be true or false or null"), "v：应是“是”或“否”或 null");
  assert.equal(translateFault("zh", 'v: has to be "a string"'), 'v：应是 "a string"');
});
