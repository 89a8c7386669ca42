import assert from "node:assert/strict";
import { test } from "node:test";
import { stepFace } from "#components/message/workflow/step-face.ts";
import type { OpenSummary, StepSummary } from "#lib/protocol/workflow-summary.ts";

const idle: StepSummary = {
  ...{ begun: 0, done: 0, failed: 0, cancelled: 0, retries: 0, ms: 0 },
  ...{ emitted: {}, queued: 0, kept: 0 },
};
const open = (counts: Partial<OpenSummary>): Pick<StepSummary, "open"> => ({
  open: { running: 0, waiting: 0, retrying: 0, startedAt: 1, takes: [], ...counts },
});

test("a step has one state: what runs before what waits, what is open before what has ended", () => {
  const states: [string, Partial<StepSummary> | undefined, string][] = [
    ["idle", undefined, "nothing is known of it"],
    ["idle", {}, "nothing has come to it"],
    ["queued", { queued: 2 }, "something waits for it"],
    ["running", { begun: 2, ...open({ running: 1, waiting: 1 }) }, "one of its instances waits"],
    ["waiting", { begun: 2, done: 1, ...open({ waiting: 1, retrying: 1 }) }, "another is tried again"],
    ["retrying", { begun: 1, queued: 4, ...open({ retrying: 1 }) }, "more wait for it"],
    ["done", { begun: 2, done: 2 }, "all are done"],
    ["failed", { begun: 3, done: 1, failed: 1, cancelled: 1 }, "one has failed, and the others were stopped"],
    ["cancelled", { begun: 2, done: 1, cancelled: 1 }, "one was stopped"],
  ];
  for (const [state, step, when] of states)
    assert.equal(stepFace(step && { ...idle, ...step }, true).state, state, when);
});

test("of a run that has ended nothing runs, waits or is queued", () => {
  const states: [string, Partial<StepSummary>][] = [
    ["cancelled", { begun: 1, ...open({ running: 1 }) }],
    ["cancelled", { begun: 1, ...open({ waiting: 1 }) }],
    ["done", { begun: 1, done: 1, queued: 3 }],
    ["idle", { queued: 3 }],
  ];
  for (const [state, step] of states) assert.equal(stepFace({ ...idle, ...step }, false).state, state);
});

test("a step with more than one thing to do counts them, any other has the figures that it tells", () => {
  const counts: [object | undefined, Partial<StepSummary>][] = [
    [
      { n: 3, all: 10 },
      { begun: 5, done: 3, queued: 5, ...open({ running: 2 }) },
    ],
    [undefined, { begun: 1, ...open({ running: 1 }) }],
    [
      { n: 0.33, all: 4 },
      { begun: 1, progress: { message: "", progress: 1 / 3, total: 4, at: 1 }, ...open({ running: 1 }) },
    ],
    [undefined, { begun: 1, progress: { message: "half", at: 1 }, ...open({ running: 1 }) }],
  ];
  for (const [count, step] of counts) assert.deepEqual(stepFace({ ...idle, ...step }, true).count, count);
});
