import assert from "node:assert/strict";
import { test } from "node:test";
import { keepDeletions, readDeletions } from "#lib/client/conversation-list/kept-deletions.ts";

/** A browser's storage with one item, whatever its key. */
function storage(item: string | null = null) {
  let stored = item;
  const part: Pick<Storage, "getItem" | "setItem" | "removeItem"> = {
    getItem: () => stored,
    setItem: (_key, value) => void (stored = value),
    removeItem: () => void (stored = null),
  };
  // Cast: the other functions of a storage are not used.
  return { open: () => part as Storage, read: () => stored };
}

const deletion = { id: "a", title: "t", until: 2, updatedAt: 1 };

test("what is kept is read by the next page, and nothing is left once nothing can be undone", () => {
  const { open, read } = storage();
  const own = new Set<string>();
  keepDeletions(open, [deletion], own);
  assert.deepEqual(readDeletions(open), [deletion]);
  keepDeletions(open, [], own);
  assert.equal(read(), null);
});

test("what is no deletion is passed over", () => {
  const { id, title, until, updatedAt } = deletion;
  const broken = [
    null,
    1,
    { title, until, updatedAt },
    { id, until, updatedAt },
    { id, title, updatedAt },
    { id, title, until },
    { ...deletion, title: 1 },
    { ...deletion, until: "2" },
  ];
  assert.deepEqual(readDeletions(storage(JSON.stringify([...broken, deletion])).open), [deletion]);
  for (const item of ["{", "{}", "null", "1"]) assert.deepEqual(readDeletions(storage(item).open), []);
});

test("a browser that refuses costs the undo after a reload, and nothing else", () => {
  const refuse = (): Storage => {
    throw new DOMException("refused", "SecurityError");
  };
  keepDeletions(refuse, [deletion], new Set());
  assert.deepEqual(readDeletions(refuse), []);
});

const deleted = (id: string, until = Date.now() + 10_000) => ({ id, title: id, until, updatedAt: 1 });

test("what two tabs delete can be undone after a reload of either, and no longer than it can", () => {
  const { open, read } = storage();
  const ids = () => readDeletions(open).map(({ id }) => id);
  const [one, two] = [new Set<string>(), new Set<string>()];
  keepDeletions(open, [deleted("a")], one);
  keepDeletions(open, [deleted("b")], two);
  keepDeletions(open, [deleted("a"), deleted("c")], one);
  assert.deepEqual(ids(), ["b", "a", "c"]);
  keepDeletions(open, [deleted("c")], one);
  assert.deepEqual(ids(), ["b", "c"], "undone by the first");
  keepDeletions(open, [], two);
  keepDeletions(open, [], one);
  assert.equal(read(), null);
  keepDeletions(open, [deleted("a", Date.now() - 1)], one);
  keepDeletions(open, [deleted("b")], two);
  assert.deepEqual(ids(), ["b"]);
});
