import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { type ObjectForm, objectForm } from "#components/message/object/object-form.ts";

/** A form in short, as deep as `depth`. */
function short(form: ObjectForm, depth = 5): unknown {
  if (depth === 0) return "…";
  switch (form.type) {
    case "group":
      return Object.fromEntries(
        form
          .fields()
          .map(({ key, isOptional, form: inner }) => [isOptional ? `${key}?` : key, short(inner, depth - 1)]),
      );
    case "list":
      return [short(form.item(), depth - 1)];
    case "table":
      return form
        .columns()
        .map(({ key, form: cell }) => `${key}: ${String(short(cell))}`)
        .join(", ");
    case "record":
      return { "*": short(form.value(), depth - 1) };
    case "choice":
      return form.options.join("|");
    case "text":
      return form.isLong ? "long text" : "text";
    default:
      return form.type;
  }
}
const formed = (schema: z.ZodType) => short(objectForm(z.toJSONSchema(schema, { io: "input" })));

const tree: z.ZodType = z.object({
  name: z.string(),
  get children() {
    return z.array(tree);
  },
});

const cases: [title: string, schema: z.ZodType, expected: unknown][] = [
  [
    "plain values",
    z.object({ a: z.string(), b: z.number(), c: z.int(), d: z.boolean() }),
    { a: "text", b: "number", c: "number", d: "boolean" },
  ],
  [
    "optional and nullable ones",
    z.object({ a: z.string().optional(), b: z.number().nullable(), c: z.string().default("x") }),
    { "a?": "text", "b?": "number", "c?": "text" },
  ],
  ["a text that may be long", z.object({ a: z.string().max(2000) }), { a: "long text" }],
  [
    "enums, and unions of names",
    z.object({
      a: z.enum(["x", "y"]),
      b: z.union([z.literal("p"), z.literal("q")]),
      c: z.enum(["x"]).nullable(),
    }),
    { a: "x|y", b: "p|q", "c?": "x" },
  ],
  [
    "lists and groups in one another",
    z.object({ a: z.array(z.object({ b: z.array(z.string()) })) }),
    { a: [{ b: ["text"] }] },
  ],
  [
    "a list of flat objects is a table",
    z.object({ a: z.array(z.object({ b: z.string(), c: z.int().nullable(), d: z.enum(["x", "y"]) })) }),
    { a: "b: text, c: number, d: x|y" },
  ],
  [
    "one of longer, of more or of a single value is none",
    z.object({
      a: z.array(z.object({ b: z.string().max(900), c: z.string() })),
      d: z.array(z.object({ e: z.string() })),
    }),
    { a: [{ b: "long text", c: "text" }], d: [{ e: "text" }] },
  ],
  ["records", z.object({ a: z.record(z.string(), z.number()) }), { a: { "*": "number" } }],
  [
    "dates are texts, a union of kinds is anything",
    z.object({ a: z.iso.date(), b: z.union([z.string(), z.object({})]) }),
    { a: "text", b: "any" },
  ],
  [
    "a schema that names itself is as deep as somebody looks",
    tree,
    { name: "text", children: [{ name: "text", children: [{ name: "…", children: "…" }] }] },
  ],
];

for (const [title, schema, expected] of cases)
  test(`the form of a schema: ${title}`, () => assert.deepEqual(formed(schema), expected));

test("whatever else stands for a schema has a form too", () => {
  for (const schema of [
    null,
    true,
    3,
    "x",
    [],
    {},
    { $ref: "#" },
    { $ref: "#/no" },
    { $ref: "http://x" },
    { type: "array" },
  ])
    assert.ok(["any", "list"].includes(objectForm(schema).type), JSON.stringify(schema));
});

test("ten thousand fields are cut to what a person can look at", () => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`f${at}`, { type: "string" }]));
  const form = objectForm({ type: "object", properties: many });
  assert.equal(form.type === "group" && form.fields().length, 200);
});

test("a group is laid out before it is there, unless it may be missing, or is deep", () => {
  const inner = z.object({ a: z.object({ b: z.object({ c: z.object({ d: z.string() }) }) }) });
  const root = objectForm(
    z.toJSONSchema(z.object({ ...inner.shape, x: inner.optional(), y: inner.nullable() })),
  );
  const laidOut = (form: ObjectForm): unknown =>
    form.type === "group" && {
      ...(form.isLaidOut &&
        Object.fromEntries(form.fields().map((field) => [field.key, laidOut(field.form)]))),
    };
  assert.deepEqual(laidOut(root), { a: { b: { c: {} } }, x: {}, y: {} });
});

test("labels: a title or a short description; a long description is a hint, and else the key has to do", () => {
  const form = objectForm(
    z.toJSONSchema(
      z.object({
        prepTime: z.string(),
        a: z.string().describe("With amounts."),
        b: z.string().describe("A description that is much too long to stand before a field."),
        c: z.string().meta({ title: "Title", description: "More." }),
      }),
    ),
  );
  assert.deepEqual(form.type === "group" && form.fields().map(({ label, hint }) => [label, hint]), [
    [undefined, undefined],
    ["With amounts", undefined],
    [undefined, "A description that is much too long to stand before a field."],
    ["Title", "More."],
  ]);
});

test("a list of steps is numbered, by its key or by what it is called, and no other", () => {
  const names = [
    "steps",
    "cookingSteps",
    "next_step",
    "instructions",
    "步骤",
    "items",
    "footsteps",
    "stepsDone",
  ];
  const form = objectForm({
    type: "object",
    properties: {
      ...Object.fromEntries(names.map((name) => [name, { type: "array", items: { type: "string" } }])),
      todo: { type: "array", items: { type: "string" }, title: "做法" },
      step: { type: "string" },
    },
  });
  const ordered = form.type === "group" ? form.fields() : [];
  assert.deepEqual(
    ordered.filter((field) => field.form.type === "list" && field.form.isOrdered).map(({ key }) => key),
    ["steps", "cookingSteps", "next_step", "instructions", "步骤", "todo"],
  );
});

test("what several schemas say together is one form, and a reference may be written in any way", () => {
  const named = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
  const numbered = { properties: { b: { type: "number" } } };
  const schema = {
    $defs: { "My type": named, n: numbered },
    properties: {
      x: { allOf: [{ $ref: "#/$defs/My%20type" }], description: "Where" },
      y: { allOf: [named, { $ref: "#/$defs/n" }], properties: { c: { type: "boolean" } } },
      z: { allOf: [{ $ref: "#/properties/z" }, 1] },
    },
    type: "object",
  };
  assert.deepEqual(short(objectForm(schema)), {
    "x?": { a: "text" },
    "y?": { a: "text", "b?": "number", "c?": "boolean" },
    "z?": "any",
  });
  assert.deepEqual(short(objectForm({ allOf: [named, numbered] })), { a: "text", "b?": "number" });
});
