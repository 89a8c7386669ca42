import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createLatch } from "#lib/async/latch.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** How a wait stands: what it gave, or "waiting". */
async function outcomeOf(wait: Promise<boolean>): Promise<boolean | "waiting"> {
  return Promise.race([wait, turn().then(() => "waiting" as const)]);
}

function withTimers(t: TestContext): (ms: number) => void {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  t.mock.method(performance, "now", () => now);
  return (ms) => {
    now += ms;
    t.mock.timers.tick(ms);
  };
}

test("a set releases the one that waits, or the next one that will, and resets the latch", async () => {
  const latch = createLatch();
  const before = latch.wait();
  assert.equal(await outcomeOf(before), "waiting");
  latch.set();
  assert.equal(await before, true);
  const after = latch.wait();
  assert.equal(await outcomeOf(after), "waiting");
  latch.set();
  assert.equal(await after, true);
});

test("sets that nobody waited for count as one", async () => {
  const latch = createLatch();
  for (let set = 0; set < 5; set += 1) latch.set();
  assert.equal(await latch.wait(), true);
  assert.equal(await outcomeOf(latch.wait()), "waiting");
});

test("a wait with a limit ends with it, and a set after that is kept", async (t) => {
  const pass = withTimers(t);
  const latch = createLatch();
  for (let round = 0; round < 3; round += 1) {
    const wait = latch.wait(100);
    pass(99);
    assert.equal(await outcomeOf(wait), "waiting");
    pass(1);
    assert.equal(await wait, false);
  }
  latch.set();
  assert.equal(await latch.wait(100), true);
});

test("the limit is that of this wait, not of one before", async (t) => {
  const pass = withTimers(t);
  const latch = createLatch();
  const first = latch.wait(100);
  pass(90);
  latch.set();
  assert.equal(await first, true);
  const second = latch.wait(100);
  pass(99);
  assert.equal(await outcomeOf(second), "waiting");
  pass(1);
  assert.equal(await second, false);
});

test("closing ends the wait and every later one; what was set before is still told", async () => {
  const latch = createLatch();
  const waiting = latch.wait(60_000);
  assert.equal(latch.isClosed, false);
  latch.close();
  assert.equal(await waiting, false);
  assert.equal(await latch.wait(), false);
  assert.equal(latch.isClosed, true);
  const late = createLatch();
  late.set();
  late.close();
  assert.deepEqual([await late.wait(), await late.wait()], [true, false]);
});
