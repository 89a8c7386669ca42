import assert from "node:assert/strict";
import { test } from "node:test";
import { countedLength } from "#components/composer/message-length.ts";
import { maxMessageLength } from "#lib/protocol/limits.ts";

test("characters are told from four fifths of the limit, an emoji as one", () => {
  assert.equal(countedLength("a".repeat(0.8 * maxMessageLength - 1)), undefined);
  assert.equal(countedLength("a".repeat(0.8 * maxMessageLength)), 0.8 * maxMessageLength);
  assert.equal(countedLength("😀".repeat(13_000)), undefined);
  assert.equal(countedLength("😀".repeat(maxMessageLength + 1)), maxMessageLength + 1);
});
