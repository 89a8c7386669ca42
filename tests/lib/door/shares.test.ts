import assert from "node:assert/strict";
import { test } from "node:test";
import { createShares } from "#lib/door/shares.ts";

/** How much each of so many gets of so much room, if each takes whatever it can, again and again. */
function filled(max: number, names: number): number[] {
  const shares = createShares();
  const counts = Array.from({ length: names }, () => 0);
  let free = max;
  for (let left = true; left; ) {
    left = false;
    for (const name of counts.keys()) {
      if (!shares.take(String(name), free)) continue;
      counts[name] = (counts[name] ?? 0) + 1;
      free -= 1;
      left = true;
    }
  }
  return counts;
}

test("however many take all they can, the next one finds about as much as any of them would get now", () => {
  for (const [names, bound] of [
    [1, 500],
    [2, 334],
    [3, 251],
    [9, 101],
    [99, 11],
  ] as const) {
    const counts = filled(1000, names);
    assert.ok(Math.max(...counts) <= bound, `${names}: ${counts.join()}`);
    const free = 1000 - counts.reduce((sum, count) => sum + count);
    assert.ok(free >= Math.min(...counts) - 1 && free > 0, `${names}: ${free}`);
  }
});

test("the last place of little room is anybody's; without room nobody gets one", () => {
  assert.deepEqual([filled(1, 1), filled(2, 2), filled(3, 1)], [[1], [1, 1], [2]]);
  assert.equal(createShares().take("a", 0), undefined);
});

test("a place that was given back twice is free once", () => {
  const shares = createShares();
  const give = shares.take("a", 2);
  shares.take("a", 2);
  assert.equal(shares.take("a", 2), undefined);
  give?.();
  give?.();
  assert.ok(shares.take("a", 2));
  assert.equal(shares.take("a", 2), undefined);
});
