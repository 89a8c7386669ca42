import assert from "node:assert/strict";
import { test } from "node:test";
import { countedLength } from "#components/composer/message-length.ts";

test("characters are told from four fifths of the limit, an emoji as one", () => {
  for (const max of [1000, 128_000]) {
    assert.equal(countedLength("a".repeat(0.8 * max - 1), max), undefined);
    assert.equal(countedLength("a".repeat(0.8 * max), max), 0.8 * max);
    assert.equal(countedLength("😀".repeat(0.5 * max), max), undefined);
    assert.equal(countedLength("😀".repeat(max), max, 1), max + 1);
  }
});
