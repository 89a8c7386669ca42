import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  decodeMove,
  decodeRunLocator,
  decodeWorkItem,
  encodeMove,
  encodeRunLocator,
  encodeWorkItem,
} from "#lib/storage/kv/codec/id-pairs.ts";

test("two ids are decoded as they were encoded, whatever they are", () => {
  // A lone surrogate cannot be escaped; no id has one.
  const id = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(id, id, (one, other) => {
      const pairs = [
        [decodeWorkItem(encodeWorkItem(one, other)), { conversationId: one, runId: other }],
        [
          decodeRunLocator(encodeRunLocator({ conversationId: one, userId: other })),
          { conversationId: one, userId: other },
        ],
        [decodeMove(encodeMove({ from: one, to: other })), { from: one, to: other }],
      ];
      for (const [decoded, ids] of pairs) assert.deepEqual(decoded, ids);
    }),
  );
});

test("the bytes of a pair are those of the stores that exist, and what scripts take apart at the space", () => {
  assert.equal(encodeWorkItem("c 1", "r:2"), "c%201 r%3A2");
  assert.equal(encodeRunLocator({ conversationId: "c", userId: "u/é" }), "c u%2F%C3%A9");
  assert.equal(encodeMove({ from: "a", to: "b" }), "a b");
});
