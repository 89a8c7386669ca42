import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeSessionUser, decodeTransfer, encodeSessionUser } from "#lib/storage/kv/codec/session.ts";
import { encodeCountedStart } from "#lib/storage/kv/codec/start.ts";

test("a session that is logged out has an empty field", () => {
  assert.deepEqual([encodeSessionUser("u"), encodeSessionUser(null)], ["u", ""]);
  assert.deepEqual([decodeSessionUser("u"), decodeSessionUser("")], ["u", null]);
});

test("a transfer has a user, an expiry, and the session that used it unless nobody did", () => {
  assert.deepEqual(decodeTransfer(["u", "9", "-"]), { userId: "u", expiresAt: 9 });
  assert.deepEqual(decodeTransfer(["u", "9", "s"]), { userId: "u", expiresAt: 9, usedBy: "s" });
  assert.equal(decodeTransfer([]), null);
});

test("a start is counted with its time", () => {
  const start = { runId: "r", conversationId: "c", userId: "u", bodyHash: "h" };
  assert.equal(encodeCountedStart(start, 5), "r c h 5");
});
