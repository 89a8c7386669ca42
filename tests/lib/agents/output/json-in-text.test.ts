import assert from "node:assert/strict";
import { test } from "node:test";
import { createJsonInText } from "#lib/agents/output/json-in-text.ts";

interface Read {
  /** What is not JSON. */
  text: string;
  objects: string[];
}

function read(pieces: readonly string[], isLast: (count: number) => boolean = () => false): Read {
  const found: Read = { text: "", objects: [] };
  let json = "";
  const reader = createJsonInText(() => isLast(found.objects.length));
  const all = function* () {
    for (const piece of pieces) yield* reader.push(piece);
    yield* reader.flush();
  };
  for (const { type, text } of all()) {
    if (type === "text") found.text += text;
    else if (type === "json") json += text;
    else {
      found.objects.push(json);
      json = "";
    }
  }
  return json === "" ? found : { ...found, objects: [...found.objects, `${json}…`] };
}

const fence = "```";
const cases: [title: string, text: string, read: Read][] = [
  ["an object and nothing else", '{"a":1}', { text: "", objects: ['{"a":1}'] }],
  ["an empty one", "{}", { text: "", objects: ["{}"] }],
  [
    "white space and new lines in it are its own",
    '{\n  "a": [1, 2]\n}',
    { text: "", objects: ['{\n  "a": [1, 2]\n}'] },
  ],
  [
    "braces, brackets and quotes in its strings end nothing",
    '{"a":"}]\\"}{","b":{"c":"\\\\"}} after',
    { text: "after", objects: ['{"a":"}]\\"}{","b":{"c":"\\\\"}}'] },
  ],
  [
    "prose before and behind it is text",
    'Here: {"a":1} Done.',
    { text: "Here: Done.", objects: ['{"a":1}'] },
  ],
  [
    "a fence around it is neither",
    `Here:\n${fence}json\n{"a":1}\n${fence}\nDone.`,
    { text: "Here:\nDone.", objects: ['{"a":1}'] },
  ],
  ["a fence without a name", `${fence}\n{"a":1}\n${fence}`, { text: "", objects: ['{"a":1}'] }],
  [
    "a fence around something else is text",
    `${fence}js\nlet a;\n${fence}\n{"a":1}`,
    { text: `${fence}js\nlet a;\n`, objects: ['{"a":1}'] },
  ],
  ["a brace in prose is prose", "a set {x, y} and {", { text: "a set {x, y} and {", objects: [] }],
  ["no JSON at all", "`code` and ``", { text: "`code` and ``", objects: [] }],
  ["several objects", '{"a":1}\n{"b":2}', { text: "", objects: ['{"a":1}', '{"b":2}'] }],
  ["one that stops inside of a string", '{"a":"half', { text: "", objects: ['{"a":"half…'] }],
  ["a closing bracket too many ends it", '{"a":]} b', { text: "} b", objects: ['{"a":]'] }],
];

for (const [title, text, expected] of cases)
  test(`JSON in a text: ${title}, wherever it is cut`, () => {
    for (const size of [1, 2, 3, 7, text.length || 1]) {
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
      assert.deepEqual(read(pieces), expected, `in pieces of ${size}`);
    }
  });

test("where no other is wanted, what is behind an object is text", () => {
  assert.deepEqual(
    read(['{"a":1} {"b":2} end'], (count) => count > 0),
    {
      text: '{"b":2} end',
      objects: ['{"a":1}'],
    },
  );
});

test("it costs what is new: a long object in short pieces, and a long run of white space", () => {
  const started = performance.now();
  const long = `{"a":"${"x".repeat(500_000)}"}${" ".repeat(200_000)}`;
  assert.equal(read(long.match(/[^]{1,2}/g) ?? []).objects[0]?.length, 500_008);
  assert.ok(performance.now() - started < 5_000);
});
