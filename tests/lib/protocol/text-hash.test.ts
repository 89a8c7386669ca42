import assert from "node:assert/strict";
import { test } from "node:test";
import { textHash } from "#lib/protocol/text-hash.ts";

test("a text has one hash, in a browser and on the server, in this build and the next", () => {
  assert.deepEqual(["", "It is five.", "五 😀."].map(textHash), [
    "0-0bdcb81aee8d83",
    "11-119714b6df1eb6",
    "5-1b5db76dfd3096",
  ]);
});

test("a character that is missing, doubled or in another place gives another hash", () => {
  const text = "The river bends. It bends because water is slow.";
  const others = [...text].flatMap((character, at) => [
    text.slice(0, at) + text.slice(at + 1),
    text.slice(0, at) + character + text.slice(at),
  ]);
  const hashes = new Set(others.map(textHash));
  assert.equal(hashes.has(textHash(text)), false);
  assert.equal(hashes.size, new Set(others).size);
});
