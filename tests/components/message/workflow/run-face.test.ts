import assert from "node:assert/strict";
import { test } from "node:test";
import { runFace } from "#components/message/workflow/run-face.ts";
import type { Ending } from "#lib/protocol/message.ts";
import type { OpenSummary, WorkflowSummary } from "#lib/protocol/workflow-summary.ts";

const none = {
  ...{ begun: 1, done: 0, failed: 0, cancelled: 0, retries: 0, ms: 0 },
  emitted: {},
  queued: 0,
  kept: 0,
};
const summary = (...opens: Partial<OpenSummary>[]): WorkflowSummary => ({
  ...{ name: "essay", definitionHash: "hash", received: {} },
  steps: Object.fromEntries(
    opens.map((open, n) => [
      `step-${n}`,
      { ...none, open: { running: 0, waiting: 0, retrying: 0, startedAt: 1, takes: [], ...open } },
    ]),
  ),
});

test("a live run waits only if all that is open does", () => {
  assert.equal(runFace(summary(), undefined).state, "running");
  assert.equal(runFace(summary({ waiting: 1 }), undefined).state, "waiting");
  assert.equal(runFace(summary({ waiting: 1 }, { running: 1 }), undefined).state, "running");
  assert.equal(runFace(summary({ waiting: 1, retrying: 1 }), undefined).state, "running");
});

test("a run that has ended has the word of its end, whatever was open", () => {
  const endings: [Ending, string][] = [
    [{ type: "finish", finishReason: "stop" }, "done"],
    [{ type: "abort", by: "user" }, "cancelled"],
    [{ type: "error", code: "internal", errorText: "", retryable: false }, "failed"],
    [{ type: "interrupted", reason: "owner-gone", errorText: "" }, "failed"],
  ];
  for (const [ending, state] of endings) assert.equal(runFace(summary({ waiting: 1 }), ending).state, state);
});
