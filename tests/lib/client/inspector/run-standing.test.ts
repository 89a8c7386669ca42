import assert from "node:assert/strict";
import { test } from "node:test";
import { runStanding } from "#lib/client/inspector/run-standing.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { waitTool } from "#lib/protocol/workflow-graph.ts";
import * as b from "../../../support/event-builders.ts";

const asks = (id: string, name = "erase", stepId?: string) => [
  ...[b.toolInputStart(id, name, stepId), b.toolInputAvailable(id, name, {})],
  b.toolApprovalRequest(id, `${id}:1`),
];
const instance = (name: string, state: string) =>
  b.workflowStep({ step: name, instance: `${name}/1`, state });

const rows: readonly [what: string, standing: string, events: readonly EventBody[]][] = [
  ["a text is being written", "running", [b.startStep(), b.textStart()]],
  ["its model is asked again", "retrying", [b.startStep(), b.retry(1)]],
  ["a person is asked", "waiting", [b.startStep(), ...asks("c")]],
  [
    "one is asked while another call runs",
    "running",
    [b.startStep(), ...asks("c"), b.toolInputStart("d"), b.toolStart("d")],
  ],
  [
    "one was asked, and has decided",
    "running",
    [b.startStep(), ...asks("c"), b.toolApprovalResponse("c:1", true), b.toolStart("c")],
  ],
  [
    "an agent inside a call asks",
    "waiting",
    [
      ...[
        b.startStep("a"),
        b.toolInputStart("out", "ask", "a"),
        b.toolInputAvailable("out", "ask"),
        b.toolStart("out"),
      ],
      ...[b.startStep("i", 0, "reader", { parentToolCallId: "out" }), ...asks("in", "erase", "i")],
    ],
  ],
  [
    "a step of a workflow waits for an event",
    "awaiting",
    [
      b.workflowStart(),
      instance("outline", "running"),
      b.startStep(),
      ...asks("c", waitTool),
      instance("outline", "waiting"),
    ],
  ],
  [
    "one waits while another works",
    "running",
    [
      b.workflowStart(),
      instance("outline", "running"),
      b.startStep(),
      ...asks("c", waitTool),
      instance("outline", "waiting"),
      instance("write", "running"),
    ],
  ],
  ["a stop is on its way", "stopping", [b.startStep(), b.stopRequested()]],
  ["it has ended", "finished", [b.finish()]],
  ["it was stopped", "stopped", [b.abort()]],
  ["it has failed", "failed", [b.error()]],
  ["its process was gone", "interrupted", [b.interrupted()]],
];

for (const [what, standing, events] of rows)
  test(`where a run stands is said by its log: ${what}`, () => {
    const state = b.numbered([b.start(), ...events]).reduce(fold, emptyRun(b.ids.run));
    assert.equal(runStanding(state), standing);
  });
