import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { splitText } from "#lib/workflows/split-text.ts";

test("a text is cut between paragraphs, then sentences, then words", () => {
  assert.deepEqual(splitText("One two.\n\nThree four five.", 16), ["One two.", "Three four five."]);
  assert.deepEqual(splitText("One two three. Four five six.", 20), ["One two three.", "Four five six."]);
  assert.deepEqual(splitText("一二三四五。六七八九十。", 8), ["一二三四五。", "六七八九十。"]);
  assert.deepEqual(splitText("short", 10), ["short"]);
  assert.deepEqual(splitText("  ", 10), []);
});

test("no part is too long, and nothing but white space is lost", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.integer({ min: 4, max: 40 }),
      (text, length) => {
        const parts = splitText(text, length);
        assert.ok(
          parts.every((part) => part.length <= length && part.isWellFormed() === text.isWellFormed()),
        );
        assert.equal(parts.join("").replace(/\s/g, ""), text.replace(/\s/g, ""));
      },
    ),
  );
});
