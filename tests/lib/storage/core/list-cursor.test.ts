import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeListCursor, encodeListCursor } from "#lib/storage/core/list-cursor.ts";

test("a position is its cursor's", () => {
  for (const position of [
    { updatedAt: 0, id: "" },
    { updatedAt: 1_700_000_000_000, id: '中 / \0 "' },
  ])
    assert.deepEqual(decodeListCursor(encodeListCursor(position)), position);
  assert.match(encodeListCursor({ updatedAt: 1, id: "?" }), /^[A-Za-z0-9_-]+$/);
});

test("what is no cursor leads nowhere", () => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  for (const text of ["", "x", "../..", ...[null, {}, [], [1], ["1", "a"], [1.5, "a"], [1, 2]].map(encoded)])
    assert.equal(decodeListCursor(text), undefined, text);
});
