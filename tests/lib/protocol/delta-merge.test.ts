import assert from "node:assert/strict";
import { test } from "node:test";
import { createDeltaMerge, maxDeltaLength } from "#lib/protocol/delta-merge.ts";

/** A delta of the part `id`; one of part 0 is none. */
interface Item {
  id: number;
  text: string;
}

const merge = createDeltaMerge<Item>({
  isSamePart: (one, next) => one.id === next.id && one.id !== 0,
  textOf: ({ text }) => text,
  withText: (item, text) => ({ ...item, text }),
});

test("1.6 two deltas of one part are one; whatever else is adjacent stays as it is", () => {
  assert.deepEqual(merge({ id: 1, text: "a" }, { id: 1, text: "b" }), { id: 1, text: "ab" });
  assert.equal(merge({ id: 1, text: "a" }, { id: 2, text: "b" }), undefined);
  assert.equal(merge({ id: 0, text: "a" }, { id: 0, text: "b" }), undefined);
});

test("a delta of the maximum length is merged no further, one a character shorter is", () => {
  const [full, short] = ["x".repeat(maxDeltaLength), "x".repeat(maxDeltaLength - 1)];
  assert.equal(merge({ id: 1, text: full }, { id: 1, text: "y" }), undefined);
  assert.deepEqual(merge({ id: 1, text: short }, { id: 1, text: full }), { id: 1, text: short + full });
});
