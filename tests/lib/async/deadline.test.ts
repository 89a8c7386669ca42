import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createDeadline } from "#lib/async/deadline.ts";

function withClock(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 1000;
  t.mock.method(performance, "now", () => now);
  let passed = 0;
  const deadline = createDeadline(() => {
    passed += 1;
  });
  const pass = (ms: number) => {
    now += ms;
    t.mock.timers.tick(ms);
    return passed;
  };
  return { deadline, pass };
}

test("a deadline passes once, at its time, and can be set again", (t) => {
  const { deadline, pass } = withClock(t);
  deadline.set(100);
  assert.equal(pass(99), 0);
  assert.equal(pass(1), 1);
  assert.equal(pass(1000), 1);
  deadline.set(100);
  assert.equal(pass(100), 2);
});

test("what is set last counts, whether it is later or sooner", (t) => {
  const { deadline, pass } = withClock(t);
  deadline.set(100);
  for (let round = 0; round < 50; round += 1) {
    assert.equal(pass(90), 0);
    deadline.set(100);
  }
  assert.equal(pass(99), 0);
  assert.equal(pass(1), 1);
  deadline.set(100);
  deadline.set(10);
  assert.equal(pass(9), 1);
  assert.equal(pass(1), 2);
  assert.equal(pass(1000), 2);
});

test("one that is cleared or closed does not pass, and may be set again after", (t) => {
  const { deadline, pass } = withClock(t);
  deadline.set(100);
  deadline.clear();
  assert.equal(pass(500), 0);
  deadline.set(100);
  assert.equal(pass(50), 0);
  deadline.clear();
  deadline.set(100);
  assert.equal(pass(99), 0);
  assert.equal(pass(1), 1);
  deadline.set(100);
  deadline.close();
  assert.equal(pass(500), 1);
  deadline.set(20);
  assert.equal(pass(20), 2);
});
