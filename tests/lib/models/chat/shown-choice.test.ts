import assert from "node:assert/strict";
import { test } from "node:test";
import { readChatChunk } from "#lib/models/chat/chat-chunk.ts";
import { createShownChoice } from "#lib/models/chat/shown-choice.ts";

/** A chunk in short: the number of its choice and its text. */
type Short = [index: number, text: string, id?: string];

function shown(...chunks: Short[]): { live: string; all: string } {
  const choices = createShownChoice();
  let live = "";
  const textOf = (read: ReturnType<typeof choices.end>) =>
    read.map(({ delta }) => delta?.content.map(({ text }) => text).join("") ?? "").join("");
  for (const [index, content, id = "c"] of chunks) {
    const chunk = readChatChunk({ id, choices: [{ index, delta: { content } }] });
    live += textOf(choices.read(chunk, live !== ""));
  }
  return { live, all: live + textOf(choices.end(live !== "")) };
}

const long = Array.from({ length: 20 }, (_, at): Short => [1, String(at % 10)]);
const cases: [what: string, chunks: Short[], all: string, live?: string][] = [
  [
    "choice 0",
    [
      [0, "a"],
      [0, "b"],
    ],
    "ab",
  ],
  [
    "choice 0 of two that take turns",
    [
      [0, ""],
      [1, ""],
      [0, "a"],
      [1, "x"],
      [0, "b"],
    ],
    "ab",
  ],
  [
    "choice 0, though the other came first",
    [
      [1, "x"],
      [1, "y"],
      [0, "a"],
      [1, "z"],
      [0, "b"],
    ],
    "ab",
  ],
  [
    "choice 0 of two that end at once",
    [
      [0, ""],
      [1, ""],
      [0, "a"],
      [1, "x"],
    ],
    "a",
  ],
  [
    "a lone choice 1",
    [
      [1, "a"],
      [1, "b"],
    ],
    "ab",
    "",
  ],
  ["a lone choice 1, while it is still written", long, "01234567890123456789", "01234567890123456789"],
  [
    "chunks that are counted",
    [
      [0, "a"],
      [1, "b"],
      [2, "c"],
      [3, "d"],
    ],
    "abcd",
  ],
  [
    "chunks that are counted, each with its id",
    [
      [0, "a", "0"],
      [1, "b", "1"],
    ],
    "ab",
  ],
];
for (const [what, chunks, all, live = all] of cases)
  test(`what is shown is ${what}`, () => assert.deepEqual(shown(...chunks), { live, all }));

test("of several choices in one chunk it is choice 0, wherever it stands", () => {
  const chunk = readChatChunk({
    choices: [
      { index: 1, delta: { content: "x" } },
      { index: 0, delta: { content: "a" } },
    ],
  });
  assert.equal(createShownChoice().read(chunk, false)[0]?.delta?.content[0]?.text, "a");
});

test("what was held back of another choice is dropped once choice 0 was read by itself", () => {
  const choices = createShownChoice();
  choices.read(readChatChunk({ choices: [{ index: 1, delta: { content: "x" } }] }), false);
  choices.skip();
  assert.deepEqual(choices.end(true), []);
});
