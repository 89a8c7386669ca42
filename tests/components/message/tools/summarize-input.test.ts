import assert from "node:assert/strict";
import { test } from "node:test";
import { createJsonPrinter } from "#components/message/tools/json-printer.ts";
import { summarizeInput } from "#components/message/tools/summarize-input.ts";

const summary = (text: string) => summarizeInput(createJsonPrinter().print(text));

const cases: readonly [input: string, words: string][] = [
  ['{"query":"skip locked"}', "skip locked"],
  ['{"from":"2.3.0","to":"2.4.0","limit":5,"deep":true}', "2.3.0, 2.4.0, limit: 5, deep: true"],
  [
    '{"path":"a\\nb","tags":["x","y"],"filter":{"a":1},"list":[{"b":2}]}',
    'a b, tags: ["x", "y"], filter: {…}, list: […]',
  ],
  ['{"a":""}', ""],
  ["{}", ""],
  ["not json", "not json"],
];

for (const [input, words] of cases) {
  test(`the line of a call says its arguments in a few words: ${input}`, () =>
    assert.equal(summary(input), words));
}

test("the words grow as the arguments are written, and only at their end", () => {
  const input = '{"city":"Kyoto 京都","note":"three \\"days\\"","days":3}';
  let before = "";
  for (let end = 0; end <= input.length; end += 1) {
    const now = summary(input.slice(0, end));
    const kept = before.replace(/[,.…"\\ ]+$/, "").slice(0, -1);
    assert.ok(now.startsWith(kept), `${before} → ${now}`);
    before = now;
  }
  assert.equal(before, 'Kyoto 京都, three "days", days: 3');
});

test("no line is longer than a line can be", () => {
  assert.ok(summary(`{"a":"${"x".repeat(1000)}","b":"y"}`).length <= 160);
});

test("a number is named when it is whole, with the digits that it was written with", () => {
  assert.equal(summary('{"city":"Kyoto","id":1234567890123456'), "Kyoto");
  assert.equal(
    summary('{"city":"Kyoto","id":12345678901234567890,"price":1.50}'),
    "Kyoto, id: 12345678901234567890, price: 1.50",
  );
});

test("a key called __proto__ is an argument as any other", () => {
  assert.equal(summary('{"__proto__":"a","constructor":"b"}'), "a, b");
});
