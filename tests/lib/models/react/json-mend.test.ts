import assert from "node:assert/strict";
import { test } from "node:test";
import { createJsonMend } from "#lib/models/react/json-mend.ts";

function mend(pieces: Iterable<string>) {
  const json = createJsonMend();
  let out = "";
  for (const piece of pieces) out += json.push(piece);
  return { out, state: json.state };
}

const read = (text: string): unknown => {
  const whole = mend([text]);
  assert.deepEqual(mend(text), whole, "by the character");
  assert.equal(whole.state, "after", whole.out);
  return JSON.parse(whole.out);
};

const strict = [
  "{}",
  '{"a": 1, "b": [1, 2.5e-3, -0], "c": {"d": null, "e": [true, false, {}]} }',
  '{\r\n  "text": "a \\"quoted\\" \\\\ \\u00e9 \\n { [ , : # // /* 北京 😀",\t"x" : ""\n}',
  '{"a":[],"b":[[]],"c":[{"d":1},{"d":2}]}',
];
for (const json of strict)
  test(`what is strict stays as it is, byte for byte: ${JSON.stringify(json).slice(0, 60)}`, () => {
    assert.deepEqual(mend([json]), { out: json, state: "after" });
    assert.deepEqual(mend(json), { out: json, state: "after" });
  });

const mended: [what: string, text: string, value: unknown][] = [
  ["single quotes", "{'a': 'it is \"so\"', 'b': 'don\\'t'}", { a: 'it is "so"', b: "don't" }],
  ["names without quotes", "{a: 1, b_2: {$c: 2}}", { a: 1, b_2: { $c: 2 } }],
  ["typographic quotes and the punctuation of Chinese", "{“城市”：“北京”，‘x’: 1}", { 城市: "北京", x: 1 }],
  ["commas before a closing bracket", '{"a": [1, 2, ], "b": 3, }', { a: [1, 2], b: 3 }],
  ["missing commas", '{"a": 5 "b": 3\n"c": [1 , "x" "y"]}', { a: 5, b: 3, c: [1, "x", "y"] }],
  [
    "comments",
    '{/* one */ "a": 1, // two\n"b": 2 # three\n, "c": "http://x#y" /**/}',
    { a: 1, b: 2, c: "http://x#y" },
  ],
  [
    "Python's constants",
    "{'a': True, 'b': False, 'c': None, 'd': [True]}",
    { a: true, b: false, c: null, d: [true] },
  ],
  [
    "bare words",
    "{city: New York, n: 1_000, at: 2026-11-27, big: Infinity}",
    { city: "New York", n: "1_000", at: "2026-11-27", big: "Infinity" },
  ],
  ["line breaks and tabs in strings", '{"a": "one\n\ttwo\r\n"}', { a: "one\n\ttwo\r\n" }],
  [
    "escapes that there are not",
    String.raw`{"path": "C:\dir\q", "u": "\u0041"}`,
    { path: "C:\\dir\\q", u: "A" },
  ],
  ["what stands around it", 'tool({"a": 1}), along those lines.', { a: 1 }],
  ["a block of code", '```json\n{"a": 1}\n```', { a: 1 }],
  ["doubled braces", '{{"a": {"b": 1}}}', { a: { b: 1 } }],
  ["__proto__ as any other name", '{"__proto__": 1}', JSON.parse('{"__proto__": 1}')],
];
for (const [what, text, value] of mended) test(`${what}: ${text}`, () => assert.deepEqual(read(text), value));

const unreadable = ['{"a": }', '{"a" 1}', '{"a": 1]', '{"a": 1, {"b": 2}}', '{"a": /x/}', "{: 1}"];
for (const text of unreadable)
  test(`nothing is closed where it cannot be read on: ${text}`, () => {
    const { out, state } = mend([text]);
    assert.equal(state, "broken");
    assert.throws(() => JSON.parse(out));
    assert.deepEqual(mend(text), { out, state });
  });

test("of what is incomplete nothing is closed, wherever that is", () => {
  const whole = '{"a": "x", "b": [1, {"c": True}], "d": 12}';
  for (let length = 1; length < whole.length; length += 1) {
    const { out, state } = mend([whole.slice(0, length)]);
    assert.equal(state, "inside");
    assert.throws(() => JSON.parse(out), whole.slice(0, length));
  }
});

test("strings are given as they are written", () => {
  const json = createJsonMend();
  assert.deepEqual(
    ["{'text", "': 'on", "e tw", "o'", "}"].map((piece) => json.push(piece)),
    ['{"text', '": "on', "e tw", 'o"', "}"],
  );
});
