import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type ChatContent, type ChatDelta, readChatChunk } from "#lib/models/chat/chat-chunk.ts";

const nothing: ChatDelta = { reasoning: "", reasoningDetails: "", content: [], refusal: "", toolCalls: [] };
const deltaOf = (delta: object) => readChatChunk({ choices: [{ delta }] }).choices[0]?.delta;
const text = (given: string): ChatContent => ({ type: "text", text: given });
const thought = (given: string) => ({ type: "reasoning", text: given });

const contents: [what: string, content: unknown, read: unknown[]][] = [
  ["a string", "a", [text("a")]],
  ["an empty one", "", []],
  ["a number", 5, [text("5")]],
  ["false", false, []],
  ["an object", { type: "text", text: "a" }, [text("a")]],
  ["a part without a type", [{ text: "a" }], [text("a")]],
  ["a text in an object of its own", [{ type: "text", text: { value: "a" } }], [text("a")]],
  ["strings in a list", ["a", "b"], [text("a"), text("b")]],
  [
    "parts of every kind",
    [
      { type: "thinking", thinking: [{ type: "text", text: "a" }, {}] },
      { type: "thinking", thinking: "b" },
      { type: "reasoning", text: "c" },
      { type: "output_text", text: "d" },
      { type: "refusal", refusal: "e" },
      { type: "image_url", image_url: { url: "x" } },
    ],
    [thought("a"), thought("b"), thought("c"), text("d"), { type: "refusal", text: "e" }],
  ],
];
for (const [what, content, read] of contents)
  test(`content that is ${what} is read`, () => assert.deepEqual(deltaOf({ content })?.content, read));

test("a delta, or a message, may be its text itself", () => {
  for (const [what, content, read] of contents) {
    if (what === "an object") continue;
    const { choices } = readChatChunk({ choices: [{ delta: content, message: content }] });
    assert.deepEqual([choices[0]?.delta?.content, choices[0]?.message?.content], [read, read], what);
  }
  const [older] = readChatChunk({ choices: [{ delta: null, text: "a" }] }).choices;
  assert.deepEqual(older?.delta?.content, [text("a")]);
});

const fields: [what: string, delta: object, read: Partial<ChatDelta>][] = [
  ["reasoning_content", { reasoning_content: "a", reasoning: "b" }, { reasoning: "a" }],
  ["reasoning", { reasoning_content: "", reasoning: "b" }, { reasoning: "b" }],
  ["an object of it", { reasoning: { content: "b" } }, { reasoning: "b" }],
  ["reasoning_text", { reasoning_text: "c" }, { reasoning: "c" }],
  ["thinking", { thinking: "d" }, { reasoning: "d" }],
  [
    "reasoning_details, of which what is encrypted says nothing",
    {
      reasoning_details: [
        { type: "reasoning.text", text: "e" },
        { type: "reasoning.summary", summary: "f" },
        { type: "reasoning.encrypted", data: "x" },
      ],
    },
    { reasoningDetails: "ef" },
  ],
  ["text by another name", { content: null, text: "i" }, { content: [text("i")] }],
  ["refusal", { refusal: "g" }, { refusal: "g" }],
  ["refusal: false", { refusal: false }, {}],
  [
    "content that Google marks as a thought",
    { content: "h", extra_content: { google: { thought: true } } },
    { content: [{ type: "reasoning", text: "h" }] },
  ],
];
for (const [what, delta, read] of fields)
  test(`${what} is read`, () => assert.deepEqual(deltaOf(delta), { ...nothing, ...read }));

describe("a tool call", () => {
  const call = { id: "", name: "", args: "" };
  const calls: [what: string, given: unknown, read: unknown[]][] = [
    [
      "as it should be",
      [{ index: 1, id: "a", function: { name: "f", arguments: "{}" } }],
      [{ index: 1, id: "a", name: "f", args: "{}" }],
    ],
    ["in an object in place of the list", { index: 0, id: "a" }, [{ ...call, index: 0, id: "a" }]],
    ["in nothing at all", {}, []],
    ["in a text", "", []],
    ["with numbers for texts", [{ id: 7, function: { name: 8 } }], [{ ...call, id: "7", name: "8" }]],
    [
      "with its arguments by another name",
      [
        { function: { name: "f", parameters: { a: 1 } } },
        { type: "custom", custom: { name: "f", input: "a" } },
      ],
      [
        { index: 0, id: "", name: "f", args: '{"a":1}' },
        { index: 1, id: "", name: "f", args: "a" },
      ],
    ],
    [
      "with its arguments as a value",
      [{ function: { arguments: { a: 1 } } }],
      [{ ...call, args: '{"a":1}' }],
    ],
    [
      "without a function around its name",
      [{ name: "f", arguments: "1" }],
      [{ ...call, name: "f", args: "1" }],
    ],
    ["with a number as text", [{ index: "2" }], [{ ...call, index: 2 }]],
    ["with a number that counts nothing", [{ index: -1, id: "a" }], [{ ...call, id: "a" }]],
    [
      "beside others without a number",
      [{ function: { name: "f" } }, { function: { name: "g" } }],
      [
        { ...call, index: 0, name: "f" },
        { ...call, index: 1, name: "g" },
      ],
    ],
    ["that is null", [null, { id: "a", function: null }], [{ ...call, id: "a" }]],
  ];
  for (const [what, given, read] of calls)
    test(`${what} is read`, () => assert.deepEqual(deltaOf({ tool_calls: given })?.toolCalls, read));

  const older: [what: string, delta: object, read: unknown[]][] = [
    [
      "in the older form",
      { function_call: { name: "f", arguments: "{" } },
      [{ ...call, name: "f", args: "{" }],
    ],
    ["in the older form, empty", { function_call: { name: null, arguments: "" } }, []],
    [
      "in the older form beside an empty list",
      { tool_calls: [], function_call: { arguments: "}" } },
      [{ ...call, args: "}" }],
    ],
    [
      "in both forms is read once",
      {
        tool_calls: [{ index: 0, id: "a", function: { name: "f" } }],
        function_call: { name: "f" },
      },
      [{ ...call, index: 0, id: "a", name: "f" }],
    ],
  ];
  for (const [what, delta, read] of older)
    test(`${what} is read`, () => assert.deepEqual(deltaOf(delta)?.toolCalls, read));

  test("whose arguments are too deep to be written has some that are no JSON", () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
    const [read] = deltaOf({ tool_calls: [{ function: { arguments: deep } }] })?.toolCalls ?? [];
    assert.throws(() => JSON.parse(read?.args ?? "{}"), SyntaxError);
  });
});

const finishReasons: [given: unknown, read: string | undefined][] = [
  ["stop", "stop"],
  [{ type: "stop" }, "stop"],
  ["null", undefined],
  ["", undefined],
  [null, undefined],
  [7, undefined],
];
for (const [given, read] of finishReasons)
  test(`the finish reason ${JSON.stringify(given)} is ${read}`, () => {
    const chunk = readChatChunk({ choices: [{ finish_reason: given }] });
    assert.equal(chunk.choices[0]?.finishReason, read);
  });

test("a finish reason by another name counts where the usual one says nothing, and is a known word", () => {
  const read = (choice: object) => readChatChunk({ choices: [choice] }).choices[0]?.finishReason;
  assert.equal(read({ finish_reason: null, finishReason: "MAX_TOKENS" }), "MAX_TOKENS");
  assert.equal(read({ stop_reason: "length" }), "length");
  assert.equal(read({ finish_reason: "stop", stop_reason: "length" }), "stop");
  assert.equal(read({ stop_reason: "\n\n" }), undefined);
});

test("a chunk that is none, or has no choice, is empty", () => {
  for (const json of [null, 5, "a", [], {}, { choices: null }, { choices: [null, 5] }, { choices: "a" }])
    assert.deepEqual(readChatChunk(json), { id: "", model: "", choices: [] });
});

test("a lone choice in place of the list is one, and so is the text of the older wire", () => {
  const { choices } = readChatChunk({ choices: { index: "1", text: "a" } });
  assert.deepEqual(choices, [{ index: 1, delta: { ...nothing, content: [text("a")] } }]);
});

test("what nests without end costs nothing beside it", () => {
  const nested: unknown = JSON.parse("[".repeat(100_000) + "]".repeat(100_000));
  assert.deepEqual(deltaOf({ content: nested, reasoning: "a" })?.reasoning, "a");
});
