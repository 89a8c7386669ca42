import assert from "node:assert/strict";
import { test } from "node:test";
import { createJsonParser } from "#lib/structured/json-parser.ts";
import { createJsonScanner, type JsonVisitor } from "#lib/structured/json-scanner.ts";
import { listShared, readShared, skipWithoutShared } from "../../support/shared-files.ts";

/** What a visitor is told, a string as one token. */
function tokensOf(text: string, size: number): { tokens: string[]; raw: string } {
  const tokens: string[] = [];
  let string = "";
  let raw = "";
  const visitor: JsonVisitor = {
    openContainer: (type) => void tokens.push(`open ${type}`),
    closeContainer: () => void tokens.push("close"),
    beginString(isKey) {
      string = isKey ? "key " : "string ";
    },
    addText(more, written) {
      string += more;
      raw += written;
    },
    endString: () => void tokens.push(string),
    beginScalar: () => void tokens.push("scalar"),
    addScalar: (value, written) => void tokens.push(`${String(value)} ${written}`),
  };
  const scanner = createJsonScanner(visitor);
  for (let at = 0; at < text.length; at += size) scanner.push(text.slice(at, at + size));
  scanner.end();
  return { tokens, raw };
}

const text = '{"a\\n": [1.50, -0, true,null ], "b":{"\\ud83d\\ude00":"😀 \\ud83d x\\/"}}';

test("the tokens are the same however the text is cut, with what each says and how it is written", () => {
  for (let size = 1; size <= text.length; size += 1) {
    assert.deepEqual(tokensOf(text, size), {
      tokens: [
        "open object",
        "key a\n",
        "open array",
        ...["scalar", "1.5 1.50", "scalar", "0 -0", "scalar", "true true", "scalar", "null null"],
        "close",
        "key b",
        "open object",
        "key 😀",
        "string 😀 \ud83d x/",
        ...["close", "close"],
      ],
      raw: "a\\nb\\ud83d\\ude00😀 \\ud83d x\\/",
    });
  }
});

/** RFC 8259, a few of each kind; the suite below has the rest. */
const wrong = [
  "[1,]",
  "[,1]",
  "{,}",
  '{"a":1,}',
  '{"a"}',
  "{1:2}",
  "[1 2]",
  "[1}",
  "]",
  "[01]",
  "[-]",
  "[+1]",
  "[.5]",
  "[1.]",
  "[1e]",
  "[1e+]",
  "[tru]",
  "[True]",
  "[nullx]",
  '["\t"]',
  '["\\a"]',
  '["\\u12g4"]',
  "['a']",
  "[] []",
  "\ufeff[]",
  "[1\u00a0]",
];

for (const each of wrong) {
  test(`no JSON, and said where, however it is cut: ${JSON.stringify(each)}`, () => {
    const errors = [1, 2, 3, each.length].map((size) => {
      const parser = createJsonParser();
      for (let at = 0; at < each.length; at += size) parser.push(each.slice(at, at + size));
      parser.end();
      return parser.error();
    });
    const [first] = errors;
    assert.equal(first?.reason, "unexpected-character");
    assert.ok(first.position < each.length);
    for (const error of errors) assert.deepEqual(error, first);
  });
}

const folder = "suites/json-test-suite/test_parsing";

test("the files of JSONTestSuite, in pieces of 1, 2 and 3", { skip: skipWithoutShared }, () => {
  const names = listShared(folder);
  for (const name of names) {
    const json = readShared(`${folder}/${name}`).toString();
    const results = [1, 2, 3].map((size) => {
      const parser = createJsonParser();
      for (let at = 0; at < json.length && !parser.error(); at += size)
        parser.push(json.slice(at, at + size));
      parser.end();
      return { value: parser.value(), error: parser.error() };
    });
    for (const result of results) assert.deepEqual(result, results[0], name);
    const [first] = results;
    if (name.startsWith("y_")) assert.deepEqual(first, { value: JSON.parse(json), error: undefined }, name);
    if (name.startsWith("n_")) assert.ok(first?.error && first.error.position <= json.length, name);
  }
  assert.ok(names.length > 300);
});
