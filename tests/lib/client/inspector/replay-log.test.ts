import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { createReplayLog } from "#lib/client/inspector/replay-log.ts";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun, type RunState } from "#lib/protocol/run-state.ts";
import * as b from "../../../support/event-builders.ts";
import { randomLog } from "../../../support/random-log.ts";

function replayOf(events: readonly RunEvent[]) {
  const log = createReplayLog(events[0]?.runId ?? "");
  for (const event of events) log.push(event);
  return log;
}

/** What a live reader had after each event. */
function liveStates(events: readonly RunEvent[]): RunState[] {
  const states = [emptyRun(events[0]?.runId ?? "")];
  for (const event of events) states.push(fold(states.at(-1) ?? assert.fail(), event));
  return states;
}

function assertReplays(events: readonly RunEvent[], order: (seqs: number[]) => number[]): void {
  const log = replayOf(events);
  const live = liveStates(events);
  for (const seq of order(live.map((_, at) => at))) assert.deepEqual(log.stateAt(seq), live[seq]);
}

const folder = new URL("../../../golden/logs/", import.meta.url);

test("at every event of every log that is kept it is what a live reader had, whichever was shown before", () => {
  for (const name of readdirSync(folder).filter((each) => each.endsWith(".ndjson"))) {
    const events = readFileSync(new URL(name, folder), "utf8").trimEnd().split("\n").map(decodeEvent);
    assertReplays(events, (seqs) => seqs);
    assertReplays(events, (seqs) => seqs.toReversed());
  }
});

test("so it is at every event of any log", () => {
  fc.assert(
    fc.property(randomLog, (events) => assertReplays(events, (seqs) => seqs.toReversed())),
    { numRuns: 200 },
  );
});

const long = (deltas: number): RunEvent[] =>
  b.numbered([
    ...[b.start(), b.startStep(), b.textStart()],
    ...Array.from({ length: deltas }, (_, at) => b.textDelta(`${at} `)),
    ...[b.textEnd(), b.finishStep(), b.finish()],
  ]);

test("a long log is the same over the folds that are kept", () => {
  const events = long(1000);
  const live = liveStates(events);
  const log = replayOf(events);
  for (const seq of [255, 256, 257, 511, 512, 1005, 1006, 300, 299, 301, 0, 9999])
    assert.deepEqual(log.stateAt(seq), live[Math.min(seq, live.length - 1)]);
});

test("anywhere in 20,000 events is found by a few hundred of them", () => {
  const log = replayOf(long(20_000));
  let maxMs = 0;
  for (let seq = 19_999; seq > 0; seq -= 97) {
    const began = performance.now();
    log.stateAt(seq);
    maxMs = Math.max(maxMs, performance.now() - began);
  }
  // A long task is one of 50 ms; this takes about one.
  assert.ok(maxMs < 50, `${maxMs} ms`);
});

test("an event that does not follow is left out", () => {
  const events = long(3);
  const log = replayOf([...events.slice(0, 3), ...events.slice(1, 2), ...events.slice(4)]);
  assert.equal(log.state.seq, 3);
  assert.equal(log.events.length, 3);
});
