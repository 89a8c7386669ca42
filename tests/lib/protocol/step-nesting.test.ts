import assert from "node:assert/strict";
import { test } from "node:test";
import { closingEvents } from "#lib/protocol/closing-events.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { depthOf, runsInside, stepsAround } from "#lib/protocol/step-nesting.ts";
import * as b from "../../support/event-builders.ts";

const stateOf = (...bodies: EventBody[]) =>
  b.numbered([b.start(), ...bodies]).reduce(fold, emptyRun(b.ids.run));
const inside = (parentToolCallId: string) => ({ parentToolCallId });

/** r calls c1, in which a runs and calls c2, in which b runs; then a starts over, and is the newest. */
const restarted = [
  ...[b.startStep("r"), b.toolInputStart("c1", "add", "r")],
  ...[b.startStep("a", 1, "poet", inside("c1")), b.toolInputStart("c2", "add", "a")],
  ...[b.startStep("b", 2, "poet", inside("c2")), b.textStart("t", "b"), b.textDelta("deep", "t")],
  b.startStep("a", 3, "poet", inside("c1")),
];

test("a step runs inside the step of its call, and inside whatever that runs in", () => {
  const { steps, parts } = stateOf(...restarted);
  const around = stepsAround(steps, parts);
  assert.deepEqual(Object.fromEntries(around), { a: "r", b: "a" });
  assert.deepEqual(
    ["r", "a", "b"].map((id) => depthOf(around, id)),
    [0, 1, 2],
  );
  assert.ok(runsInside(around, "b", "r") && runsInside(around, "b", "a") && !runsInside(around, "r", "b"));
});

test("a log that makes a circle of its steps is read all the same", () => {
  const { steps, parts } = stateOf(
    ...[b.startStep("a", 0, "poet", inside("c2")), b.toolInputStart("c1", "add", "a")],
    ...[b.startStep("b", 1, "poet", inside("c1")), b.toolInputStart("c2", "add", "b")],
  );
  const around = stepsAround(steps, parts);
  assert.ok(runsInside(around, "a", "b") && runsInside(around, "b", "a"));
  assert.deepEqual(
    ["a", "b"].map((id) => depthOf(around, id)),
    [1, 1],
  );
});

test("the reset of a step drops what runs inside it, also where an inner step has started over", () => {
  const { steps, parts } = stateOf(...restarted, b.resetStep("r", 2));
  assert.deepEqual([steps.map(({ stepId }) => stepId), parts], [["r"], []]);
});

test("a call is answered after the steps inside it are finished, also where one has started over", () => {
  const events = closingEvents(stateOf(...restarted), { code: "failed", errorText: "gone" });
  const at = (type: string, id: string) =>
    events.findIndex((event) => event.type === type && Object.values(event).includes(id));
  assert.ok(at("finish-step", "b") < at("tool-input-error", "c2"));
  assert.ok(at("finish-step", "a") < at("tool-input-error", "c1"));
});
