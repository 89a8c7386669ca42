import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf } from "#lib/protocol/message-of.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import type { WorkflowSummary } from "#lib/protocol/workflow-summary.ts";
import * as b from "../../support/event-builders.ts";
import { stateAfter } from "../../support/fold-cases.ts";

const comesTo = (instance: string, state: string, fields: object = {}): EventBody =>
  b.workflowStep({ step: instance.slice(0, instance.indexOf("/")), instance, state, ...fields });

const summaryAfter = (...bodies: readonly EventBody[]): WorkflowSummary => {
  const { workflow } = messageOf(stateAfter(...bodies));
  assert.ok(workflow);
  return workflow;
};

const begun = [b.workflowStart(), b.workflowEvent("1", "topic", "a secret of the question")];
const fannedOut = [
  ...[...begun, comesTo("outline/1", "running", { events: ["1"] })],
  ...["2", "3", "4"].map((id) => b.workflowEvent(id, "section", id, "outline/1")),
  comesTo("outline/1", "done"),
];

test("an answer that no workflow writes has none", () => {
  assert.equal("workflow" in messageOf(stateAfter(b.startStep())), false);
});

test("before anything has run, a message knows every step, and what came in", () => {
  const { name, definitionHash, steps, received } = summaryAfter(...begun);
  assert.deepEqual([name, definitionHash, received], ["essay", "hash", { topic: 1 }]);
  assert.deepEqual(
    Object.entries(steps).map(([step, { begun: count, queued }]) => [step, count, queued]),
    [
      ["outline", 0, 1],
      ["draft", 0, 0],
      ["join", 0, 0],
    ],
  );
});

test("what runs, waits, is tried again and waits to be taken is counted, and who sent what is taken", () => {
  const { steps } = summaryAfter(
    ...[...fannedOut, comesTo("draft/1", "running", { events: ["2"] })],
    ...[comesTo("draft/2", "running", { events: ["3"] }), comesTo("draft/1", "waiting")],
    comesTo("draft/2", "retrying", { error: "busy", inMs: 5 }),
  );
  const { open, queued, begun: count } = steps["draft"] ?? {};
  assert.deepEqual([queued, count], [1, 2]);
  const { startedAt, ...rest } = open ?? { startedAt: 0 };
  assert.ok(startedAt > 0);
  assert.deepEqual(rest, {
    ...{ running: 0, waiting: 1, retrying: 1, error: "busy" },
    takes: [{ event: "section", from: "outline" }],
  });
  assert.deepEqual(steps["outline"]?.emitted, { section: 3 });
});

test("nothing of what was sent is in it, and it does not grow with it", () => {
  const long = Array.from({ length: 500 }, (_, n) => b.workflowEvent(String(n + 5), "topic", "secret"));
  const text = JSON.stringify(summaryAfter(...fannedOut, ...long));
  assert.doesNotMatch(text, /secret/);
  assert.ok(text.length < 1500, `${text.length}`);
});

test("the same state has the same summary: what did not change is not drawn again", () => {
  const state = stateAfter(...fannedOut);
  assert.equal(messageOf(state).workflow, messageOf({ ...state, seq: 99 }).workflow);
});

test("a message has what its run said of itself last", () => {
  assert.equal(messageOf(stateAfter(...begun, b.progress("half", 1, 2))).progress?.message, "half");
});
