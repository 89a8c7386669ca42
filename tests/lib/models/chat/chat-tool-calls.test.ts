import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChatCallDelta } from "#lib/models/chat/chat-chunk.ts";
import { createChatToolCalls } from "#lib/models/chat/chat-tool-calls.ts";
import type { ModelPart } from "#lib/models/model.ts";

/** A delta in short: index, id, name, arguments; null where the provider sends nothing. */
type Short = [index: number | null, id: string | null, name: string | null, args: string | null];
const deltaOf = ([index, id, name, args]: Short): ChatCallDelta => ({
  ...(index !== null && { index }),
  id: id ?? "",
  name: name ?? "",
  args: args ?? "",
});

/** The parts in short: `0 c1 add` begins a call, `0 {}` are arguments. */
function partsOf(...deltas: Short[]): string[] {
  const parts: ModelPart[] = [];
  const calls = createChatToolCalls((index) => `made-${index}`);
  for (const delta of deltas) calls.read(deltaOf(delta), parts);
  calls.end(parts);
  return parts.map((part) => {
    if (part.type === "tool-call-start") return `${part.index} ${part.toolCallId} ${part.toolName}`;
    return part.type === "tool-call-delta" ? `${part.index} ${part.delta}` : assert.fail();
  });
}

const cases: [what: string, deltas: Short[], parts: string[]][] = [
  ["a call in one delta", [[0, "a", "add", "{}"]], ["0 a add", "0 {}"]],
  ["a call without arguments", [[0, "a", "add", null]], ["0 a add"]],
  [
    "calls that are interleaved, with empty ids and names behind the first",
    [
      [0, "a", "add", '{"x"'],
      [1, "b", "sub", "{"],
      [0, "", "", ":1}"],
      [1, null, null, "}"],
    ],
    ["0 a add", '0 {"x"', "1 b sub", "1 {", "0 :1}", "1 }"],
  ],
  [
    "a name that comes late: nothing that came before it is lost",
    [
      [0, null, null, '{"x"'],
      [0, "a", "add", null],
      [0, null, null, ":1}"],
    ],
    ["0 a add", '0 {"x"', "0 :1}"],
  ],
  [
    "an id that comes late",
    [
      [0, null, "add", ""],
      [0, "a", null, "{}"],
    ],
    ["0 a add", "0 {}"],
  ],
  ["arguments before any id: it gets one", [[0, null, "add", "{}"]], ["0 made-0 add", "0 {}"]],
  [
    "the first id counts, with a name or without",
    [
      [0, "a", null, null],
      [0, "b", "add", "{}"],
    ],
    ["0 a add", "0 {}"],
  ],
  [
    "a call with a name and an id is announced before it has arguments",
    [
      [0, "a", "add", null],
      [1, "b", "sub", "{}"],
      [0, null, null, "{}"],
    ],
    ["0 a add", "1 b sub", "1 {}", "0 {}"],
  ],
  ["a call that never gets a name", [[0, "a", null, "{}"]], ["0 a ", "0 {}"]],
  ["indexes that begin anywhere are counted from 0", [[7, "a", "add", "{}"]], ["0 a add", "0 {}"]],
  [
    "without an index a delta belongs to the call before it",
    [
      [null, "a", "add", "{"],
      [null, null, null, "}"],
      [4, "b", "sub", "{"],
      [null, null, null, "}"],
    ],
    ["0 a add", "0 {", "0 }", "1 b sub", "1 {", "1 }"],
  ],
  [
    "another id with a name opens another call under the same index",
    [
      [0, "a", "add", "{}"],
      [0, "b", "sub", "{"],
      [0, null, null, "}"],
    ],
    ["0 a add", "0 {}", "1 b sub", "1 {", "1 }"],
  ],
  [
    "another id without a name does not",
    [
      [0, "a", "add", "{"],
      [0, "b", null, "}"],
    ],
    ["0 a add", "0 {", "0 }"],
  ],
  [
    "another name opens another call once there are arguments, with an id or without",
    [
      [0, null, "add", '{"x":1}'],
      [0, null, "sub", '{"y":2}'],
      [0, "c", "sub", "{}"],
    ],
    ["0 made-0 add", '0 {"x":1}', "1 made-1 sub", '1 {"y":2}', "2 c sub", "2 {}"],
  ],
  [
    "a whole call of the same name behind a whole call is another",
    [
      [0, null, "add", '{"x":1}'],
      [0, null, "add", '{"x":2}'],
    ],
    ["0 made-0 add", '0 {"x":1}', "1 made-1 add", '1 {"x":2}'],
  ],
  [
    "a call that comes whole a second time is one",
    [
      [0, "a", "add", '{"x":1}'],
      [0, "a", "add", '{"x":1}'],
    ],
    ["0 a add", '0 {"x":1}'],
  ],
  [
    "an id that comes with every delta, and the name too",
    [
      [0, "a", "add", ""],
      [0, "a", "add", '{"x"'],
      [0, "a", "add", ":1}"],
    ],
    ["0 a add", '0 {"x"', "0 :1}"],
  ],
  [
    "a second call begun on index 0 whose rest comes on index 1",
    [
      [0, "a", "add", ""],
      [0, null, null, '{"x":1}'],
      [0, "b", "sub", ""],
      [1, null, null, '{"y":'],
      [1, null, null, "2}"],
    ],
    ["0 a add", '0 {"x":1}', "1 b sub", '1 {"y":', "1 2}"],
  ],
  [
    "a rest that comes under another index, with the id",
    [
      [0, "a", "add", "{"],
      [1, "a", null, "}"],
    ],
    ["0 a add", "0 {", "0 }"],
  ],
  [
    "without an index a delta belongs to the call whose id it has, with its name or without",
    [
      [null, "a", "add", ""],
      [null, "b", "sub", ""],
      [null, "a", null, '{"x"'],
      [null, "b", "sub", '{"y"'],
      [null, "a", "add", ":1}"],
      [null, "b", null, ":2}"],
      [null, null, null, " "],
    ],
    ["0 a add", "1 b sub", '0 {"x"', '1 {"y"', "0 :1}", "1 :2}", "1  "],
  ],
  [
    "and so does one of a server that numbers every call 0",
    [
      [0, "a", "add", ""],
      [0, "b", "sub", ""],
      [0, "a", null, '{"x":1}'],
      [0, "b", null, '{"y":2}'],
    ],
    ["0 a add", "1 b sub", '0 {"x":1}', '1 {"y":2}'],
  ],
  [
    "two calls with one id that go on by turns are told apart by their indexes",
    [
      [0, "a", "add", '{"x"'],
      [1, "a", "add", '{"x"'],
      [0, "a", "add", ":1}"],
      [1, "a", "add", ":2}"],
    ],
    ["0 a add", '0 {"x"', "1 a_2 add", '1 {"x"', "0 :1}", "1 :2}"],
  ],
  [
    "two whole calls with one id, and without an index, are two",
    [
      [null, "a", "add", '{"x":1}'],
      [null, "a", "add", '{"x":2}'],
    ],
    ["0 a add", '0 {"x":1}', "1 a_2 add", '1 {"x":2}'],
  ],
  [
    "two calls with one id are two, with two ids",
    [
      [0, "a", "add", '{"x":1}'],
      [1, "a", "add", '{"x":2}'],
    ],
    ["0 a add", '0 {"x":1}', "1 a_2 add", '1 {"x":2}'],
  ],
  [
    "{} at first and the whole object later are that object",
    [
      [0, "a", "add", "{}"],
      [0, "a", null, '{"x":1}'],
    ],
    ["0 a add", '0 {"x":1}'],
  ],
  [
    "{} and something else are both",
    [
      [0, "a", "add", "{}"],
      [0, null, null, " "],
    ],
    ["0 a add", "0 {} "],
  ],
  [
    "a name in pieces",
    [
      [0, "a", "get_", ""],
      [0, null, "weather", ""],
      [0, null, null, "{}"],
    ],
    ["0 a get_weather", "0 {}"],
  ],
  [
    "a name that is repeated, and longer each time",
    [
      [0, "a", "get_", ""],
      [0, "a", "get_weather", "{}"],
    ],
    ["0 a get_weather", "0 {}"],
  ],
  [
    "half a character waits for the other half, of its own call",
    [
      [0, "a", "add", '"\ud83d'],
      [1, "b", "sub", '"\ud83d'],
      [0, null, null, '\ude00"'],
    ],
    ["0 a add", '0 "', "1 b sub", '1 "', '0 😀"', "1 \ufffd"],
  ],
];
for (const [what, deltas, parts] of cases) test(what, () => assert.deepEqual(partsOf(...deltas), parts));

test("a call is announced with its first arguments, or as soon as something else comes", () => {
  const calls = createChatToolCalls(String);
  const parts: ModelPart[] = [];
  calls.read(deltaOf([0, "a", "add", ""]), parts);
  assert.deepEqual(parts, []);
  calls.settle(parts);
  assert.deepEqual(parts, [{ type: "tool-call-start", index: 0, toolCallId: "a", toolName: "add" }]);
});
