import assert from "node:assert/strict";
import { test } from "node:test";
import { countedLength, maxCharacters } from "#components/composer/message-length.ts";

test("characters are told from four fifths of the limit, an emoji as one", () => {
  assert.equal(countedLength("a".repeat(0.8 * maxCharacters - 1)), undefined);
  assert.equal(countedLength("a".repeat(0.8 * maxCharacters)), 0.8 * maxCharacters);
  assert.equal(countedLength("😀".repeat(13_000)), undefined);
  assert.equal(countedLength("😀".repeat(maxCharacters + 1)), maxCharacters + 1);
});
