import assert from "node:assert/strict";
import { test } from "node:test";
import { type CutState, cutState } from "#components/message/workflow/cut-state.ts";
import { stepFace } from "#components/message/workflow/step-face.ts";
import type { Ending } from "#lib/protocol/message.ts";

const timings = { queuedMs: 0, durationMs: 1 };
const failed = (code: string, ...steps: string[]): Ending => ({
  ...{ type: "error", code, errorText: "", retryable: true },
  ...(steps.length > 0 && { steps }),
});

test("a step that ran when its run ended is told by why that was: stopped only where a person stopped it", () => {
  const states: [CutState, Ending | undefined, string][] = [
    ["cancelled", { type: "abort", by: "user", timings }, "a person stopped the run"],
    ["unneeded", { type: "finish", finishReason: "stop", timings }, "another step had the result"],
    ["late", failed("workflow-timeout", "draft"), "the run took too long"],
    ["cut", failed("workflow-failed", "outline"), "another step failed"],
    ["cut", failed("provider-failed"), "a model failed"],
    ["failed", failed("workflow-failed", "draft"), "the log says so only in its end"],
    ["cut", { type: "interrupted", reason: "owner-gone", errorText: "" }, "its process was gone"],
    ["cancelled", undefined, "nobody knows yet"],
  ];
  for (const [state, ending, when] of states) assert.equal(cutState(ending, "draft"), state, when);
  assert.equal(
    cutState(failed("workflow-failed", "draft"), "draft", 1),
    "cut",
    "another instance of it failed",
  );
});

test("what has failed is said before what was cut off by that", () => {
  const step = { begun: 2, done: 0, retries: 0, ms: 0, emitted: {}, queued: 0, kept: 0 };
  assert.equal(stepFace({ ...step, failed: 1, cancelled: 1 }, false, "cut").state, "failed");
  assert.equal(stepFace({ ...step, failed: 0, cancelled: 1 }, false, "late").color, "err");
});
