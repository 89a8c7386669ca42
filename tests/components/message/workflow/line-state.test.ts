import assert from "node:assert/strict";
import { test } from "node:test";
import { lineState } from "#components/message/workflow/line-state.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { drawGraph } from "#lib/workflows/draw-graph.ts";
import * as b from "../../../support/event-builders.ts";
import { stateAfter } from "../../../support/fold-cases.ts";

const comesTo = (instance: string, state: string, fields: object = {}): EventBody =>
  b.workflowStep({ step: instance.slice(0, instance.indexOf("/")), instance, state, ...fields });
const begin = [b.workflowStart(), b.workflowEvent("1", "topic", "rain")];
const fannedOut = [
  ...[...begin, comesTo("outline/1", "running", { events: ["1"] })],
  ...[b.workflowEvent("2", "section", 1, "outline/1"), b.workflowEvent("3", "section", 2, "outline/1")],
  comesTo("outline/1", "done"),
];

/** Of each line that was gone, or is: how often, and whether it is now. */
function linesAfter(isLive: boolean, ...bodies: readonly EventBody[]): Record<string, [number, boolean]> {
  const { workflow } = messageOf(stateAfter(...bodies));
  assert.ok(workflow);
  const states = drawGraph(b.workflowStart().graph).lines.map(
    (line) => [line.event, lineState(line, workflow, isLive)] as const,
  );
  return Object.fromEntries(
    states
      .filter(([, { passed, isNow }]) => passed > 0 || isNow)
      .map(([event, { passed, isNow }]) => [event, [passed, isNow]]),
  );
}

test("the input has come in before any step begins", () => {
  assert.deepEqual(linesAfter(true, ...begin), { topic: [1, false] });
});

test("a line is lit while what came by it is worked on, and says how often it was gone", () => {
  const begun = [...begin, comesTo("outline/1", "running", { events: ["1"] })];
  assert.deepEqual(linesAfter(true, ...begun), { topic: [1, true] });
  assert.deepEqual(linesAfter(true, ...fannedOut), { topic: [1, false], section: [2, false] });
  const drafting = [...fannedOut, comesTo("draft/1", "running", { events: ["2"] })];
  assert.deepEqual(linesAfter(true, ...drafting), { topic: [1, false], section: [2, true] });
});

test("what an instance has sent that never was done was not sent", () => {
  const sent = [
    ...[...fannedOut, comesTo("draft/1", "running", { events: ["2"] })],
    b.workflowEvent("4", "text", "lost", "draft/1"),
  ];
  assert.equal(linesAfter(true, ...sent)["text"], undefined);
});

test("nothing is lit any more when the run has ended", () => {
  const drafting = [...fannedOut, comesTo("draft/1", "running", { events: ["2"] })];
  assert.deepEqual(linesAfter(false, ...drafting)["section"], [2, false]);
});
