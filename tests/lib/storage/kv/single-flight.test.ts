import assert from "node:assert/strict";
import { test } from "node:test";
import { singleFlight } from "#lib/storage/kv/single-flight.ts";

function counted() {
  const calls: string[] = [];
  const shared = singleFlight(
    async (name: string) => {
      calls.push(name);
      return calls.length;
    },
    (name) => name,
  );
  return { calls, shared };
}

test("equal calls of one turn are one, others are not", async () => {
  const { calls, shared } = counted();
  const results = await Promise.all([shared("a"), shared("b"), shared("a")]);
  assert.deepEqual(
    [calls, results],
    [
      ["a", "b"],
      [1, 2, 1],
    ],
  );
});

test("a call that comes later is made again: no result is older than its call", async () => {
  const { calls, shared } = counted();
  const first = await shared("a");
  assert.deepEqual([first, await shared("a"), calls.length], [1, 2, 2]);
});

test("a failure is everybody's, and the next call is made again", async () => {
  let isAway = true;
  const shared = singleFlight(
    async () => {
      if (isAway) throw new Error("away");
      return "here";
    },
    () => "",
  );
  const both = await Promise.allSettled([shared(), shared()]);
  assert.ok(both.every(({ status }) => status === "rejected"));
  isAway = false;
  assert.equal(await shared(), "here");
});
