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

test("the networks of one site of IPv6 have what two addresses have, however many they are", () => {
  const shares = createShares();
  let free = 900;
  for (let network = 0; network < 2000; network += 1)
    if (shares.take(`2001:db8:1:${network.toString(16)}`, free)) free -= 1;
  assert.equal(free, 300);
  assert.equal(shares.take("2001:db8:1:0", free), undefined);
  // Another site, and an address of IPv4, find their share.
  for (const other of ["2001:db8:2:1", "203.0.113.7"]) assert.ok(shares.take(other, free), other);
});

test("a place of a network of IPv6 that was given back is free for its site", () => {
  const shares = createShares();
  const gives = [1, 2].map((network) => shares.take(`2001:db8:1:${network}`, 1));
  assert.equal(shares.take("2001:db8:1:3", 1), undefined);
  gives[0]?.();
  assert.ok(shares.take("2001:db8:1:3", 1));
});
