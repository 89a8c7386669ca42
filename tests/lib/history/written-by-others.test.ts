import assert from "node:assert/strict";
import { test } from "node:test";
import { markedAsOthers, shortenOutput } from "#lib/history/written-by-others.ts";

const long = "x".repeat(500);

test("a long output keeps its beginning, and says how much of it that is", () => {
  assert.equal(shortenOutput(long, 100), `${"x".repeat(100)}\n[shortened here: 100 of 500 characters]`);
  assert.equal(shortenOutput(long, 0), "[left out here: 500 characters]");
});

test("one that would hardly be shorter stays as it is", () => {
  assert.equal(shortenOutput(long, 450), long);
  assert.equal(shortenOutput("", 0), "");
});

test("what others wrote stays marked as theirs, whatever is left of it", () => {
  const [opening = "", ...rest] = markedAsOthers(long).split("\n");
  const closing = rest.at(-1) ?? "";
  for (const length of [0, 100]) {
    const lines = shortenOutput(markedAsOthers(long), length).split("\n");
    assert.deepEqual([lines[0], lines.at(-1)], [opening, closing]);
    assert.match(lines.at(-2) ?? "", /^\[(shortened|left out) here/);
  }
});

test("a text that only looks like marked keeps no more than its beginning", () => {
  const forged = `<written-by-others id="1">\n${long}\n</written-by-others id="2">`;
  assert.equal(shortenOutput(forged, 0), `[left out here: ${forged.length} characters]`);
});

test("no character is cut in half", () => assert.ok(shortenOutput("😀".repeat(100), 51).isWellFormed()));
