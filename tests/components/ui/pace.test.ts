import assert from "node:assert/strict";
import { test } from "node:test";
import { createPace } from "#components/ui/pace.ts";

/** What is shown of a value that changes at each of these moments, asked at each. */
function shownOf(moments: readonly number[], everyMs = 50): number[] {
  let now = 0;
  const pace = createPace<number>(everyMs, () => now);
  return moments.map((moment, at) => {
    now = moment;
    return pace.show(at, at === moments.length - 1);
  });
}

test("a thousand values in a second are 20 on screen, and the last one is the last", () => {
  const shown = shownOf(Array.from({ length: 1000 }, (_, at) => at));
  const different = new Set(shown.slice(0, -1));
  assert.equal(different.size, 20);
  assert.equal(shown.at(-1), 999);
});

test("at frames of 60 a second, too, and each is the newest at its moment", () => {
  const shown = shownOf(Array.from({ length: 60 }, (_, at) => at * 16.7));
  assert.ok(new Set(shown).size <= 21);
  for (const [at, value] of shown.entries()) assert.ok(at - value < 3, `${value} at ${at}`);
});

test("the first value is shown at once, and so is one that comes after a while", () => {
  assert.deepEqual(shownOf([0, 10, 60, 61, 200, 300]), [0, 0, 2, 2, 4, 5]);
});

test("the last value does not wait, however short the time since the one before", () => {
  assert.deepEqual(shownOf([0, 1]), [0, 1]);
});

test("it says how long what is newer has to wait", () => {
  let now = 0;
  const pace = createPace<string>(50, () => now);
  assert.equal(pace.leftMs(), 0);
  now = 100;
  pace.show("a", false);
  now = 130;
  assert.equal(pace.show("b", false), "a");
  assert.equal(pace.leftMs(), 20);
  now = 150;
  assert.equal(pace.leftMs(), 0);
  assert.equal(pace.show("b", false), "b");
});
