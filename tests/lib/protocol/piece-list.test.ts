import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { countItems, type PieceList, withItem, withoutItems } from "#lib/protocol/piece-list.ts";

interface Item {
  id: string;
}

test("a list of pieces is the plain list, whatever is added and removed", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 600 }), (changes) => {
      let list: PieceList<Item> = [];
      let plain: Item[] = [];
      changes.forEach((change, at) => {
        if (change % 3 > 0) {
          list = withItem(list, { id: String(at) });
          plain = [...plain, { id: String(at) }];
        } else {
          const gone = new Set(
            [0, 1, 7].flatMap((n) => plain[(change + n) % Math.max(1, plain.length)]?.id ?? []),
          );
          list = withoutItems(list, gone);
          plain = plain.filter(({ id }) => !gone.has(id));
        }
      });
      assert.deepEqual(list.flat(), plain);
      assert.equal(countItems(list), plain.length);
      assert.ok(list.every(({ length }) => length > 0));
    }),
  );
});

test("what an item does not concern stays the same value", () => {
  let list: PieceList<Item> = [];
  for (let at = 0; at < 200; at += 1) list = withItem(list, { id: String(at) });
  const before = structuredClone(list);
  const more = withItem(list, { id: "more" });
  const less = withoutItems(list, new Set(["3"]));
  assert.equal(more[0], list[0]);
  assert.equal(less[1], list[1]);
  assert.deepEqual(list, before);
});
