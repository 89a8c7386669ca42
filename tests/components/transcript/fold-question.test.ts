import assert from "node:assert/strict";
import { test } from "node:test";
import { foldQuestion } from "#components/transcript/fold-question.ts";

test("up to eight lines are all there; more are folded to their beginning", () => {
  for (const lines of [1, 8]) {
    const text = Array.from({ length: lines }, (_, at) => `line ${at}`).join("\n");
    assert.deepEqual(foldQuestion(text), { shown: text, isFolded: false });
  }
  for (const lines of [9, 12, 13, 1204]) {
    const text = Array.from({ length: lines }, (_, at) => `line ${at}`).join("\n");
    const { shown, isFolded } = foldQuestion(text);
    assert.equal(isFolded, true);
    assert.ok(text.startsWith(shown) && shown.split("\n").length <= 13);
  }
});

test("a line counts as often as it takes up the measure, a Chinese character as two letters", () => {
  assert.equal(foldQuestion("x".repeat(8 * 74)).isFolded, false);
  assert.equal(foldQuestion("x".repeat(8 * 74 + 1)).isFolded, true);
  assert.equal(foldQuestion("字".repeat(4 * 74)).isFolded, false);
  assert.equal(foldQuestion("字".repeat(4 * 74 + 1)).isFolded, true);
});

test("a megabyte costs as little as a screen of it, and no character is cut", () => {
  for (const text of ["x".repeat(1_000_000), "😀".repeat(500_000), `${"a\n".repeat(500_000)}`]) {
    const { shown } = foldQuestion(text);
    assert.ok(shown.length < 1000);
    assert.equal(shown.toWellFormed(), shown);
  }
});
