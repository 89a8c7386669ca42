import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { piecesOfBlock, textBlocks } from "#components/message/object/text-blocks.ts";

const prose = "A line of prose, 一行文字，with 😀 and ﷽ العربية in it. ".repeat(30);
const words = fc.array(fc.constantFrom("\n", "\n\n", " ", prose, "Ώ", "👩‍👩‍👧", "字", "a".repeat(700)), {
  maxLength: 40,
});

test("the blocks of a text are its lines, and the pieces of a block are the block", () => {
  fc.assert(
    fc.property(words, (some) => {
      const text = some.join("");
      assert.equal(textBlocks(text).join("\n"), text);
      for (const block of textBlocks(text)) assert.equal(piecesOfBlock(block).join(""), block);
    }),
  );
});

test("a text that grows keeps all of its blocks and pieces but the last", () => {
  fc.assert(
    fc.property(words, words, (some, more) => {
      const [text, longer] = [some.join(""), [...some, ...more].join("")];
      const before = textBlocks(text).slice(0, -1);
      assert.deepEqual(textBlocks(longer).slice(0, before.length), before);
      const last = piecesOfBlock(textBlocks(text).at(-1) ?? "").slice(0, -1);
      assert.deepEqual(piecesOfBlock(textBlocks(longer)[before.length] ?? "").slice(0, last.length), last);
    }),
  );
});

test("no piece begins in the middle of what is drawn as one", () => {
  for (const unit of ["👩‍👩‍👧", "e\u0301", "العربية", "क्षि", "🇩🇪"])
    for (const piece of piecesOfBlock(`x ${unit.repeat(900)} y ${unit.repeat(900)}`).slice(1))
      assert.match(piece, /^y/, unit);
});

test("a long line and a long text are cut, a short one is not", () => {
  assert.deepEqual(textBlocks("one\ntwo"), ["one\ntwo"]);
  const lines = `${prose}\n`.repeat(20);
  assert.ok(textBlocks(lines).length >= 20);
  for (const text of ["字".repeat(50_000), "word ".repeat(10_000), "a".repeat(50_000)]) {
    const lengths = piecesOfBlock(text).map(({ length }) => length);
    assert.ok(
      lengths.every((length) => length <= 1010),
      `${lengths.join()}`,
    );
  }
});
