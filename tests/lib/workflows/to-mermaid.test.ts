import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkflowGraph } from "#lib/protocol/workflow-graph.ts";
import { toMermaid } from "#lib/workflows/to-mermaid.ts";

const step = (name: string, accepts: string[], emits: string[]) => ({ name, accepts, emits, concurrency: 4 });

const dummy: WorkflowGraph = {
  name: "DummyWorkflow",
  input: "StartEvent",
  steps: [
    step("start_step", ["StartEvent"], ["OneTestEvent"]),
    step("middle_step", ["OneTestEvent"], ["LastEvent"]),
    step("end_step", ["LastEvent"], ["stop"]),
  ],
  events: ["StartEvent", "OneTestEvent", "LastEvent", "stop"],
  outside: [],
};

test("a flowchart has a box for each step, a node for each event, and an arrow for what is accepted or emitted", () => {
  const lines = toMermaid(dummy)
    .split("\n")
    .map((line) => line.trim());
  assert.deepEqual(lines, [
    ...["flowchart TD", 'step_start_step["start_step"]', 'step_middle_step["middle_step"]'],
    ...[
      'step_end_step["end_step"]',
      'event_StartEvent(["StartEvent"])',
      'event_OneTestEvent(["OneTestEvent"])',
    ],
    ...['event_LastEvent(["LastEvent"])', 'event_stop(["stop"])'],
    ...["event_StartEvent --> step_start_step", "step_start_step --> event_OneTestEvent"],
    ...["event_OneTestEvent --> step_middle_step", "step_middle_step --> event_LastEvent"],
    ...["event_LastEvent --> step_end_step", "step_end_step --> event_stop"],
  ]);
});

test("a longer label is cut to the length that is asked for, and only the label", () => {
  const cut = toMermaid(dummy, { maxLabelLength: 10 });
  assert.match(cut, /^ +event_OneTestEvent\(\["OneTestEv\*"\]\)$/m);
  assert.match(cut, /"StartEvent"/);
});

test("what comes from outside has a shape of its own, and a wait for it another arrow", () => {
  const waiting: WorkflowGraph = {
    ...dummy,
    steps: dummy.steps.map((each) => (each.name === "end_step" ? { ...each, waitsFor: ["word"] } : each)),
    events: [...dummy.events, "word"],
    outside: ["word"],
  };
  const drawn = toMermaid(waiting);
  assert.match(drawn, /event_word\[\/"word"\/\]/);
  assert.match(drawn, /event_word -\.-> step_end_step/);
});

test("names that differ in one sign only are two nodes, and no name breaks out of its label", () => {
  const odd = { ...dummy, steps: [step("a-b", ["StartEvent"], ["x"]), step("a_b", ["x"], ["stop"])] };
  const drawn = toMermaid({ ...odd, events: ["StartEvent", "x", "stop"] });
  assert.match(drawn, /step_a_b\["a-b"\]/);
  assert.match(drawn, /step_a_b_2\["a_b"\]/);
  const hostile = { ...dummy, steps: [step('"]\nclick x "javascript:1', ["StartEvent"], ["stop"])] };
  assert.doesNotMatch(toMermaid({ ...hostile, events: ["StartEvent", "stop"] }), /^ *click/m);
});
