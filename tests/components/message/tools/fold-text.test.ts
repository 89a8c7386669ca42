import assert from "node:assert/strict";
import { test } from "node:test";
import { foldText } from "#components/message/tools/fold-text.ts";

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}`).join("\n");

test("twenty lines are shown, of more the first twenty, whole", () => {
  assert.deepEqual(foldText(numbered(20)), { shown: numbered(20), isFolded: false });
  assert.deepEqual(foldText(numbered(21)), { shown: numbered(20), isFolded: true });
  assert.deepEqual(foldText(""), { shown: "", isFolded: false });
});

test("long lines end the fold earlier, at the end of one where there is one", () => {
  const line = "x".repeat(900);
  assert.deepEqual(foldText([line, line, line].join("\n")), { shown: `${line}\n${line}`, isFolded: true });
});

test("a long line behind a few signs is cut, as the first text of an object is", () => {
  const { shown, isFolded } = foldText(JSON.stringify({ request: "word ".repeat(1000) }, null, 2));
  assert.equal(isFolded, true);
  assert.match(shown, /^\{\n {2}"request": "word word/);
  assert.equal(shown.length, 2000);
});

test("one line that is too long is cut, never inside of a character", () => {
  const { shown, isFolded } = foldText(`a${"😀".repeat(2000)}`);
  assert.equal(isFolded, true);
  assert.ok(shown.length <= 2000);
  assert.ok(shown.isWellFormed());
});
