import assert from "node:assert/strict";
import { test } from "node:test";
import { createRepeatedText } from "#lib/models/chat/repeated-text.ts";

const cases: [what: string, chunks: string[], read: string][] = [
  ["pieces", ["one", " two", " three"], "one two three"],
  ["all so far", ["one", "one two", "one two three"], "one two three"],
  ["all so far, and nothing new", ["think", "think", "think more"], "think more"],
  ["the same piece twice", ["ha", "ha", "ha ha"], "hahaha ha"],
  ["pieces, of which one begins like all before it", ["a", "b", "ab"], "abab"],
  ["all so far, then another text", ["one", "one two", "three"], "one twothree"],
  ["nothing in between", ["one", "", "one two"], "one two"],
];
for (const [what, chunks, read] of cases)
  test(`${what}: ${JSON.stringify(chunks)}`, () => {
    const text = createRepeatedText();
    assert.equal(chunks.map((chunk) => text.read(chunk)).join(""), read);
  });
