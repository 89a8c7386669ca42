import assert from "node:assert/strict";
import { test } from "node:test";
import { findForm } from "#lib/agents/output/find-form.ts";
import type { Message } from "#lib/protocol/message.ts";

const asked = (...texts: string[]): Message[] =>
  texts.map((text, at) => ({
    ...{ id: String(at), parentId: null, runId: "r", role: "user", createdAt: at, text },
  }));

const schema = { title: "My note", type: "object", properties: { a: { type: "string" } }, required: ["a"] };
const json = JSON.stringify(schema, null, 2);

test("a JSON Schema in a question, wherever it stands in it, is the form of the answer", () => {
  for (const text of [json, `Fill in:\n\`\`\`json\n${json}\n\`\`\`\nfrom this: a is b`, `{note} ${json}`]) {
    const found = findForm(asked(text));
    assert.ok(found.type === "ok", JSON.stringify(found));
    assert.deepEqual([found.output.name, found.output.schema], ["My_note", schema]);
    assert.deepEqual(found.output.parse({ a: "b" }), { type: "ok", value: { a: "b" } });
    assert.deepEqual(found.output.parse({}), { type: "invalid", errors: ['lacks "a"'] });
  }
});

test("the newest form counts, and stays for what is asked next", () => {
  const found = findForm(asked(json, "name: text\n\nAda", "and now for Bob"));
  assert.deepEqual(found.type === "ok" && Object.keys(Object(found.output.schema["properties"])), ["name"]);
  assert.equal(found.type === "ok" && found.output.name, "form");
});

const faults: [title: string, text: string, fault: RegExp][] = [
  ["none at all", "Hello", /no form.*"name: text"/],
  ["JSON that is cut off", json.slice(0, -20), /not valid: unexpected end, line \d+, column \d+/],
  [
    "JSON with a mistake",
    '{"type": "object",\n "properties": {"a": {type: "string"}}}',
    /unexpected character, line 2, column 23/,
  ],
  ["data in place of a schema", '{"name": "Ada", "age": 36}', /no JSON Schema of an object/],
  [
    "a schema that cannot be checked",
    '{"type": "object", "properties": {"a": {"pattern": "(a+)\\\\1$"}}}',
    /^\/properties\/a\/pattern: /,
  ],
  [
    "a name that is no field of its own",
    '{"type": "object", "__proto__": {"type": "object"}}',
    /^\/__proto__: /,
  ],
];

for (const [title, text, fault] of faults)
  test(`no form can be had of ${title}: it is said why`, () => {
    const found = findForm(asked(text));
    assert.ok(
      found.type === "invalid" && found.faults.some((each) => fault.test(each)),
      JSON.stringify(found),
    );
  });
