import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cursor, formatCursor, parseCursor } from "#lib/protocol/cursor.ts";

const cursors: [text: string, cursor: Cursor][] = [
  ["0", { seq: 0 }],
  ["7", { seq: 7 }],
  ["1:7", { epoch: 1, seq: 7 }],
  ["999999999999999:999999999999999", { epoch: 999_999_999_999_999, seq: 999_999_999_999_999 }],
];

for (const [text, cursor] of cursors) {
  test(`the cursor ${text} is read as it is written`, () => {
    assert.deepEqual(parseCursor(text), cursor);
    assert.equal(formatCursor(cursor), text);
  });
}

test("before the first event there is no epoch", () => {
  assert.equal(formatCursor({ epoch: 0, seq: 0 }), "0");
  assert.deepEqual(parseCursor("0:0"), { epoch: 0, seq: 0 });
});

for (const text of ["", ":", "1:", ":7", "-1", "1:2:3", " 7", "7\n", "1.5", "1e3", "1".repeat(16), "seven"]) {
  test(`${JSON.stringify(text)} is no cursor`, () => assert.equal(parseCursor(text), null));
}
