import assert from "node:assert/strict";
import { test } from "node:test";
import { createRunTurns } from "#lib/workflows/run-turns.ts";

const never = new AbortController().signal;

test("one at a time: four come in, in the order in which they came", async () => {
  const { enter } = createRunTurns(1);
  const inside: number[] = [];
  let max = 0;
  let count = 0;
  await Promise.all(
    [1, 2, 3, 4].map(async (n) => {
      const leave = await enter(never);
      inside.push(n);
      max = Math.max(max, (count += 1));
      await new Promise((resolve) => setImmediate(resolve));
      count -= 1;
      leave();
    }),
  );
  assert.deepEqual([inside, max], [[1, 2, 3, 4], 1]);
});

test("who is stopped before its turn does not take that of another", async () => {
  const { enter } = createRunTurns(1);
  const leave = await enter(never);
  const stopped = new AbortController();
  const second = enter(stopped.signal);
  const third = enter(never);
  stopped.abort();
  (await second)();
  let isIn = false;
  void third.then(() => (isIn = true));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isIn, false);
  leave();
  await third;
});
