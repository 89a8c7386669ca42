import assert from "node:assert/strict";
import { test } from "node:test";
import { createTurnstile } from "#lib/async/turnstile.ts";

test("many who have much to do go on one a turn of the loop, in order, and none is left waiting", async () => {
  const pass = createTurnstile();
  const steps: string[] = [];
  let turns = 0;
  let hasEnded = false;
  setImmediate(function turn() {
    turns += 1;
    if (!hasEnded) setImmediate(turn);
  });
  const work = async (name: string) => {
    for (let step = 1; step <= 3; step += 1) {
      await pass();
      steps.push(`${name}${step} in ${turns}`);
    }
  };
  await Promise.all(["a", "b", "c"].map(work));
  hasEnded = true;
  assert.deepEqual(
    steps.map((step) => step.slice(0, 2)),
    ["a1", "b1", "c1", "a2", "b2", "c2", "a3", "b3", "c3"],
  );
  assert.equal(new Set(steps.map((step) => step.split(" ").at(-1))).size, 9, "one a turn");
});

test("who comes alone goes on at once, also when others have been there before", async () => {
  const pass = createTurnstile();
  for (let times = 0; times < 3; times += 1) await pass();
});
