import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkEvents } from "#lib/storage/core/check-events.ts";
import {
  abort,
  error,
  finish,
  interrupted,
  numbered,
  textDelta,
  uuid,
} from "../../../support/event-builders.ts";

const lease = { runId: uuid(1), epoch: 2, token: "t" };
const ours = { runId: uuid(1), epoch: 2, startAt: 2 };
const delta = textDelta("a");

test("events of the run and epoch of the lease are taken, a terminal one at the end of the last", () => {
  checkEvents(lease, [], false);
  checkEvents(lease, numbered([delta, delta], ours), false);
  for (const terminal of [finish(), abort(), error(), interrupted()])
    checkEvents(lease, numbered([delta, terminal], ours), true);
});

describe("no store takes", () => {
  const cases: [title: string, events: ReturnType<typeof numbered>, ends: boolean][] = [
    ["an event of another run", numbered([delta], { ...ours, runId: uuid(2) }), false],
    ["an event of another epoch", numbered([delta], { ...ours, epoch: 3 }), false],
    ["a terminal event that ends nothing", numbered([delta, finish()], ours), false],
    ["an end without a terminal event", numbered([delta], ours), true],
    ["an end without events", [], true],
    ["anything behind the terminal event", numbered([finish(), delta], ours), true],
    ["two terminal events", numbered([abort(), finish()], ours), true],
  ];
  for (const [title, events, ends] of cases)
    test(title, () => assert.throws(() => checkEvents(lease, events, ends), TypeError));
});
