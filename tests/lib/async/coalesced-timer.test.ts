import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { coalescedTimer } from "#lib/async/coalesced-timer.ts";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("1.6 a timer never fires later than asked, wherever between two slots it begins", () => {
  for (const now of [1000, 1001, 1002.5, 1003, 1004.9]) {
    let fired = false;
    coalescedTimer(now, 25, () => void (fired = true));
    mock.timers.tick(20 - 1);
    assert.equal(fired, false);
    mock.timers.tick(6);
    assert.equal(fired, true);
  }
});

test("timers that begin between two slots fire in one turn, by one timer of the system", () => {
  const fired: string[] = [];
  coalescedTimer(2001, 25, () => void fired.push("first"));
  mock.timers.tick(3);
  coalescedTimer(2004, 25, () => void fired.push("second"));
  mock.timers.tick(20);
  assert.deepEqual(fired, []);
  mock.timers.tick(1);
  assert.deepEqual(fired, ["first", "second"]);
});

test("a timer that is cancelled does not fire, and leaves the others their slot", () => {
  const fired: string[] = [];
  const cancel = coalescedTimer(3000, 25, () => void fired.push("first"));
  coalescedTimer(3000, 25, () => void fired.push("second"));
  cancel();
  mock.timers.tick(25);
  assert.deepEqual(fired, ["second"]);
});
