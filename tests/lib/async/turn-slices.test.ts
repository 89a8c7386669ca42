import assert from "node:assert/strict";
import { test } from "node:test";
import { createTurnSlices } from "#lib/async/turn-slices.ts";

test("all items are handed on in their order, a few in each turn of the event loop, over all calls", async () => {
  const inSlices = createTurnSlices(3);
  const taken: number[] = [];
  const take = (item: number) => void taken.push(item);
  await inSlices([1, 2], take);
  const rest = inSlices([3, 4, 5, 6, 7], take);
  const seen: number[] = [];
  while (taken.length < 7) {
    seen.push(taken.length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await rest;
  assert.deepEqual(taken, [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(seen, [3, 6]);
});
