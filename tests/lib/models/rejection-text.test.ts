import assert from "node:assert/strict";
import { test } from "node:test";
import { rejectionText } from "#lib/models/rejection-text.ts";

const cases: [what: string, body: string, text: string][] = [
  ["fields are lines", '{"error":{"message":"a  b","code":7,"param":null}}', "message: a b\ncode: 7"],
  ["lists too", '[{"error":{"loc":["body","x"]}}]', "loc: body\nloc: x"],
  [
    "an error inside an error's text is opened",
    '{"error":{"message":"400 {\\"code\\":\\"y\\"}"}}',
    "message: 400 \ncode: y",
  ],
  ["braces that are no JSON stay", '{"message":"{\'a\': 1}"}', "message: {'a': 1}"],
  [
    "what may repeat a conversation is left out",
    '{"a":"1","input":"2","messages":["3"],"choices":[{"b":"4"}]}',
    "a: 1",
  ],
  ["words are themselves", "upstream error", "upstream error"],
  ["a text of JSON too", '"upstream error"', "upstream error"],
  ["a page says nothing", "\n<!DOCTYPE html><p>error", ""],
  ["nothing", "", ""],
];
for (const [what, body, text] of cases)
  test(`${what}: ${JSON.stringify(body)}`, () => {
    assert.equal(rejectionText(body), text);
  });

test("no depth and no length is too much", () => {
  const deep = `{"error":${'{"a":'.repeat(5000)}"x"${"}".repeat(5000)}}`;
  assert.equal(typeof rejectionText(deep), "string");
  assert.ok(rejectionText("context length ".repeat(100_000)).length < 20_000);
});
