import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { coalescedTimer } from "#lib/async/coalesced-timer.ts";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("1.6 a wait never lasts longer than asked, wherever between two beats it begins", () => {
  for (const now of [1000, 1001, 1002.5, 1003, 1004.9]) {
    let rung = false;
    coalescedTimer(now, 25, () => void (rung = true));
    mock.timers.tick(20 - 1);
    assert.equal(rung, false);
    mock.timers.tick(6);
    assert.equal(rung, true);
  }
});

test("waits that begin between two beats end in one turn, by one timer", () => {
  const rung: string[] = [];
  coalescedTimer(2001, 25, () => void rung.push("first"));
  mock.timers.tick(3);
  coalescedTimer(2004, 25, () => void rung.push("second"));
  mock.timers.tick(20);
  assert.deepEqual(rung, []);
  mock.timers.tick(1);
  assert.deepEqual(rung, ["first", "second"]);
});

test("a wait that is taken back rings nobody, and leaves the others their beat", () => {
  const rung: string[] = [];
  const cancel = coalescedTimer(3000, 25, () => void rung.push("first"));
  coalescedTimer(3000, 25, () => void rung.push("second"));
  cancel();
  mock.timers.tick(25);
  assert.deepEqual(rung, ["second"]);
});
