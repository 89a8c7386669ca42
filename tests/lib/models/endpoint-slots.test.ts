import assert from "node:assert/strict";
import { test } from "node:test";
import { createEndpointSlots } from "#lib/models/endpoint-slots.ts";

function slotsAt() {
  let now = 1000;
  const slots = createEndpointSlots(() => now);
  return { enter: slots.enter, pass: (ms: number) => void (now += ms) };
}

test("a request alone has its turn from the start", () => {
  const { enter, pass } = slotsAt();
  const one = enter();
  pass(30);
  assert.equal(one.turnMs(), 30);
});

test("behind another one that is answered it is not its turn; then its time begins", () => {
  const { enter, pass } = slotsAt();
  const one = enter();
  one.answered();
  one.answered();
  const two = enter();
  pass(500);
  assert.equal(two.turnMs(), 0);
  one.leave();
  one.leave();
  pass(20);
  assert.equal(two.turnMs(), 20);
});

test("one that only waits keeps nobody waiting", () => {
  const { enter, pass } = slotsAt();
  enter();
  const two = enter();
  pass(5);
  assert.equal(two.turnMs(), 5);
});

test("an endpoint that was seen to answer two at once is waited for only behind two", () => {
  const { enter, pass } = slotsAt();
  const [one, two] = [enter(), enter()];
  one.answered();
  two.answered();
  const three = enter();
  pass(10);
  assert.equal(three.turnMs(), 0);
  one.leave();
  pass(10);
  assert.equal(three.turnMs(), 10);
  pass(10);
  two.leave();
  assert.equal(three.turnMs(), 20);
});

test("one that has answered anything was there", () => {
  const slots = createEndpointSlots();
  assert.equal(slots.wasReached, false);
  slots.reached();
  assert.equal(slots.wasReached, true);
});
