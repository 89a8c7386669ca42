import assert from "node:assert/strict";
import { test } from "node:test";
import { readFieldLines } from "#lib/agents/output/read-field-lines.ts";

test("a line for each field, in English or Chinese, and then the text", () => {
  const text =
    "name: text\n- age: whole number, optional\nskills: list of texts\nlevel: low | high\nborn: date (optional)\n\nAda, 36.";
  assert.deepEqual(readFieldLines(text), {
    schema: {
      type: "object",
      properties: {
        name: { type: "string" },
        age: { type: "integer" },
        skills: { type: "array", items: { type: "string" } },
        level: { enum: ["low", "high"] },
        born: { type: "string", format: "date" },
      },
      required: ["name", "skills", "level"],
    },
    rest: "Ada, 36.",
  });
  assert.deepEqual(readFieldLines("字段：\n姓名：文字\n年龄：整数，可选\n技能：文字列表\n\n小林")?.schema, {
    type: "object",
    properties: {
      姓名: { type: "string" },
      年龄: { type: "integer" },
      技能: { type: "array", items: { type: "string" } },
    },
    required: ["姓名", "技能"],
  });
});

test("a name that means something to JavaScript is a name", () => {
  const { schema } = readFieldLines("__proto__: text\nconstructor: number") ?? {};
  assert.deepEqual(Object.keys(schema?.properties ?? {}), ["__proto__", "constructor"]);
});

test("other texts have none, however they look", () => {
  const others = [
    "",
    "Name: Ada",
    "what is this: a question?",
    "a: b: text",
    "name text",
    "x: list of ",
    '{"a": 1}',
  ];
  for (const text of others) assert.equal(readFieldLines(text), undefined, text);
});

test("a long line costs no more than a look", () => {
  const start = performance.now();
  for (const text of [
    `a: b${" ".repeat(200_000)}c`,
    `a: list of ${"s".repeat(200_000)}`,
    ":".repeat(200_000),
  ])
    assert.equal(readFieldLines(text), undefined);
  assert.ok(performance.now() - start < 200);
});
