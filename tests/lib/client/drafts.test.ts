import assert from "node:assert/strict";
import { test } from "node:test";
import { createDrafts } from "#lib/client/drafts.ts";

/** The part of a browser's storage that drafts use. */
function storage(): Storage {
  const items = new Map<string, string>();
  return {
    length: 0,
    key: () => null,
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

test("a message that was being sent stands before the draft once, on the next page only", () => {
  const kept = storage();
  const drafts = createDrafts(() => kept);
  drafts.sending("c", "sent");
  drafts.write("c", "typed since");
  assert.equal(drafts.read("c"), "typed since");
  const next = createDrafts(() => kept);
  assert.equal(next.read("c"), "sent\n\ntyped since");
  assert.equal(createDrafts(() => kept).read("c"), "sent\n\ntyped since");
});

test("a message that the server has is gone", () => {
  const kept = storage();
  const drafts = createDrafts(() => kept);
  drafts.sending("c", "sent");
  drafts.sent("c");
  assert.equal(createDrafts(() => kept).read("c"), "");
});

test("a browser that keeps nothing costs the drafts of the next page only", () => {
  const drafts = createDrafts(() => {
    throw new Error("refused");
  });
  drafts.write("c", "typed");
  assert.equal(drafts.read("c"), "typed");
  assert.equal(drafts.isStored, false);
});
