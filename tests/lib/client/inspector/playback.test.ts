import assert from "node:assert/strict";
import { test } from "node:test";
import { type PlaybackSpeed, playOn } from "#lib/client/inspector/playback.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import * as b from "../../../support/event-builders.ts";

/** Events at these times, ms. */
const at = (...times: number[]): RunEvent[] =>
  b.numbered([b.start(), ...times.slice(1).map(() => b.agentInput())]).map((event, index) => ({
    ...event,
    ts: 1_000_000 + (times[index] ?? 0),
  }));

/** Where playing stands after frames of 16 ms. */
function played(events: readonly RunEvent[], ms: number, speed: PlaybackSpeed, from = 1): number {
  let position = { seq: from, leftMs: 0 };
  for (let passed = 0; passed < ms; passed += 16) position = playOn(events, position, 16, speed);
  return position.seq;
}

test("at 1× each event is shown when it was written, at 4× four times as soon", () => {
  const events = at(0, 100, 200, 1000);
  assert.deepEqual(
    [80, 112, 208, 992, 1008].map((ms) => played(events, ms, 1)),
    [1, 2, 3, 3, 4],
  );
  assert.deepEqual(
    [16, 32, 64, 256].map((ms) => played(events, ms, 4)),
    [1, 2, 3, 4],
  );
});

test("events of one moment are shown together, and a clock that was set back holds nothing up", () => {
  assert.equal(played(at(0, 0, 0, 0, 5000), 16, 1), 4);
  assert.equal(played(at(5000, 4000, 4000), 16, 1), 3);
});

test("a wait of hours is as long as two seconds", () => {
  const events = at(0, 3_600_000, 3_600_100);
  assert.equal(played(events, 1984, 1), 1);
  assert.equal(played(events, 2000, 1), 2);
});

test("as fast as it goes, a log of any length takes two seconds", () => {
  for (const count of [3, 500, 20_000]) {
    const events = at(...Array.from({ length: count }, (_, n) => n * 10_000));
    assert.equal(played(events, 2016, "max"), count);
  }
  assert.ok(played(at(...Array.from({ length: 20_000 }, (_, n) => n)), 1000, "max") < 10_500);
});

test("what is at its end stays there", () => {
  const events = at(0, 10);
  for (const speed of [1, 4, "max"] as const)
    assert.equal(playOn(events, { seq: 2, leftMs: 0 }, 16, speed).seq, 2);
});
