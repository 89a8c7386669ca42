import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeConversation,
  decodeConversationRecord,
  encodeConversation,
} from "#lib/storage/kv/codec/conversation.ts";
import { bareConversation, fullConversation } from "./records.ts";

test("a conversation is decoded as it was encoded", () => {
  for (const record of [fullConversation, bareConversation])
    assert.deepEqual(decodeConversationRecord(encodeConversation(record)), record);
});

test("the bytes of a conversation are those of the stores that exist", () => {
  assert.deepEqual(encodeConversation(fullConversation), [
    ...["v", "1", "id", "c", "owner", "u", "title", '["\\"half \\ud83d\\n"]', "byHand", "1"],
    ...["createdAt", "1", "updatedAt", "2", "active", "r", "deletedAt", "3", "writer", "r0"],
    ...["queue", "{}", "queueVersion", "4", "queueDue", "2"],
    // Only where something was chosen: older stores have no such field.
    ...["choices", '{"q":{"messageId":"m"}}'],
  ]);
  assert.deepEqual(encodeConversation(bareConversation), [
    ...["v", "1", "id", "c", "owner", "u", "title", '[""]', "byHand", "0"],
    ...["createdAt", "1", "updatedAt", "1", "active", "", "deletedAt", "0", "writer", ""],
  ]);
});

test("callers see a conversation without what only the store needs", () => {
  const { id, userId, title, createdAt, updatedAt, activeRunId } = fullConversation;
  const seen = decodeConversation(encodeConversation(fullConversation));
  assert.deepEqual(seen, { id, userId, title, createdAt, updatedAt, activeRunId });
  assert.equal("activeRunId" in decodeConversation(encodeConversation(bareConversation)), false);
});

test("S49 a conversation that was cut short or changed by hand is damaged", () => {
  const whole = encodeConversation(fullConversation);
  const damaged = { code: "damaged", message: /conversation c / };
  for (const field of ["owner", "title", "createdAt", "updatedAt"]) {
    const at = whole.indexOf(field);
    const cut = whole.toSpliced(at, 2);
    assert.throws(() => decodeConversation(cut), damaged, `without ${field}`);
  }
  for (const title of ["x", "{}", "[1]", '["']) {
    const broken = whole.with(whole.indexOf("title") + 1, title);
    assert.throws(() => decodeConversation(broken), damaged, title);
  }
  assert.throws(() => decodeConversation(whole.with(whole.indexOf("createdAt") + 1, "soon")), damaged);
});
