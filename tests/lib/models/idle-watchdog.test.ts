import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createIdleWatchdog } from "#lib/models/idle-watchdog.ts";
import { mockClock } from "../../support/mock-clock.ts";

function watch(t: TestContext) {
  const pass = mockClock(t);
  let closed = 0;
  const watchdog = createIdleWatchdog("host:1", () => {
    closed += 1;
  });
  const reason = () => [watchdog.error?.code, watchdog.error?.facts.reason, closed];
  return { watchdog, pass, reason };
}

const isFine = [undefined, undefined, 0];

test("a connection on which nothing arrives in time is closed, once, as one that never started", (t) => {
  const { watchdog, pass, reason } = watch(t);
  watchdog.arm(100);
  pass(99);
  assert.deepEqual(reason(), isFine);
  pass(1);
  assert.deepEqual(reason(), ["timeout", "start", 1]);
  assert.match(watchdog.error?.message ?? "", /^host:1 .* 0\.1 s/);
  watchdog.arm(1);
  pass(1000);
  assert.deepEqual(reason(), ["timeout", "start", 1]);
});

test("what arrives ends the wait, and the next one is one in the middle", (t) => {
  const { watchdog, pass, reason } = watch(t);
  watchdog.arm(100);
  pass(90);
  watchdog.touch();
  pass(1000);
  assert.deepEqual(reason(), isFine);
  watchdog.arm(100);
  pass(100);
  assert.deepEqual(reason(), ["timeout", "silence", 1]);
});

test("arming it again does not put the end of the wait off", (t) => {
  const { watchdog, pass, reason } = watch(t);
  watchdog.arm(100);
  pass(60);
  watchdog.arm(100);
  pass(40);
  assert.deepEqual(reason(), ["timeout", "start", 1]);
});

test("disarmed it waits for nothing, and nothing has arrived", (t) => {
  const { watchdog, pass, reason } = watch(t);
  watchdog.arm(100);
  watchdog.disarm();
  pass(1000);
  assert.deepEqual(reason(), isFine);
  watchdog.arm(100);
  pass(100);
  assert.deepEqual(reason(), ["timeout", "start", 1]);
});

test("R10 a connection on which something always arrives is closed at its limit", (t) => {
  const { watchdog, pass, reason } = watch(t);
  watchdog.limit(1000);
  for (let frame = 0; frame < 20; frame += 1) {
    watchdog.arm(100);
    pass(50);
    watchdog.touch();
  }
  assert.deepEqual(reason(), ["limit-reached", "time", 1]);
});

test("whatever comes first closes it, and says why for good", (t) => {
  const { watchdog, pass, reason } = watch(t);
  watchdog.limit(50);
  watchdog.arm(100);
  pass(1000);
  assert.deepEqual(reason(), ["limit-reached", "time", 1]);
});

test("stopped it closes nothing any more", (t) => {
  const { watchdog, pass, reason } = watch(t);
  watchdog.limit(100);
  watchdog.arm(100);
  watchdog.stop();
  pass(1000);
  assert.deepEqual(reason(), isFine);
});

test("only the time of its turn counts until the answer begins, and then all", (t) => {
  const pass = mockClock(t);
  let turnMs = 0;
  let closed = 0;
  const watchdog = createIdleWatchdog(
    "host:1",
    () => void (closed += 1),
    () => turnMs,
  );
  watchdog.arm(100);
  pass(1000);
  assert.equal(closed, 0);
  turnMs = 60;
  pass(100);
  assert.equal(closed, 0);
  turnMs = 100;
  pass(40);
  assert.deepEqual([closed, watchdog.error?.facts.reason], [1, "start"]);

  const answered = createIdleWatchdog(
    "host:1",
    () => void (closed += 1),
    () => 0,
  );
  answered.arm(100);
  answered.touch();
  answered.arm(100);
  pass(100);
  assert.deepEqual([closed, answered.error?.facts.reason], [2, "silence"]);
  watchdog.stop();
  answered.stop();
});
