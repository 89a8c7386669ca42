import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { defineTool } from "#lib/tools/define-tool.ts";
import { readInput } from "#lib/tools/read-input.ts";

const tool = defineTool({
  name: "note",
  description: "",
  input: z.object({ text: z.string().optional(), n: z.number().optional(), more: z.unknown().optional() }),
  effect: "read",
  run: () => undefined,
});
const read = (text: string, isWhole = true) => readInput("note", text, { tool, isWhole });

test("arguments that are valid are read as JSON says", () => {
  assert.deepEqual(read('{"text":"五","n":1.50}'), { type: "ok", input: { text: "五", n: 1.5 } });
});

test("no arguments are an empty object where the model ended its answer with the call, and only there", () => {
  assert.deepEqual(read(" "), { type: "ok", input: {} });
  assert.equal(read(" ", false).type, "invalid");
});

const refused: [what: string, text: string, says: RegExp][] = [
  ["arguments that break off", '{"text":"a', /incomplete/],
  ["two of them", "{} {}", /incomplete/],
  ["a wrong type", '{"text":5}', /not valid/],
  ["a name that the tool does not have", '{"text":"a","extra":1}', /not valid/],
  ["no object", "[1]", /not valid/],
  ["__proto__", '{"__proto__":{"text":"a"}}', /not valid/],
  ["__proto__ inside", '{"more":{"__proto__":1}}', /no argument may be named __proto__/],
  ["__proto__ in escapes", '{"more":{"\\u005f_proto__":1}}', /no argument may be named __proto__/],
  ["constructor.prototype", '{"more":{"constructor":{"prototype":{"a":1}}}}', /constructor/],
  ["a number beyond all numbers", '{"more":1e999}', /too large/],
  ["an integer of 20 digits", '{"more":[12345678901234567890]}', /more digits/],
  ["a text of 1 MB", JSON.stringify({ text: "x".repeat(2 ** 20) }), /longer than/],
  ["70 levels", `{"more":${"[".repeat(70)}${"]".repeat(70)}}`, /deeper/],
];
for (const [what, text, says] of refused)
  test(`S60 ${what}: told in words, nothing is run`, () => {
    const call = read(text);
    assert.ok(call.type === "invalid");
    assert.match(call.errorText, says);
    assert.equal(Object.getPrototypeOf({}), Object.prototype);
  });

test("words that only look dangerous are data", () => {
  const input = { text: "__proto__ and constructor.prototype, 12345678901234567890" };
  assert.deepEqual(read(JSON.stringify(input)), { type: "ok", input });
});
