import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeListCursor, encodeListCursor } from "#lib/storage/core/list-cursor.ts";

test("a cursor is decoded as it was encoded, and can stand in an address as it is", () => {
  const fields = { updatedAt: fc.maxSafeInteger(), id: fc.string({ unit: "grapheme" }) };
  const position = fc.record(fields, { noNullPrototype: true });
  fc.assert(
    fc.property(position, (each) => {
      const cursor = encodeListCursor(each);
      assert.deepEqual(decodeListCursor(cursor), each);
      assert.match(cursor, /^[\w-]*$/);
    }),
  );
});

test("a text that no page gave out is no cursor", () => {
  const texts = ["", "x", "null", "[]", "{}", '["1","a"]', '[1.5,"a"]', "[1]", "[1,2]", "[1,null]"];
  for (const text of texts) {
    assert.equal(decodeListCursor(text), undefined, text);
    assert.equal(decodeListCursor(Buffer.from(text).toString("base64url")), undefined, text);
  }
});
