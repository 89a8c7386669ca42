import assert from "node:assert/strict";
import { test } from "node:test";
import { type ShownToolState, toolFace } from "#components/message/tools/tool-face.ts";
import type { ToolPart } from "#lib/protocol/message.ts";

const call = (more: Partial<ToolPart>): ToolPart => ({
  type: "tool",
  toolCallId: "1",
  toolName: "add",
  state: "running",
  inputText: "",
  stepId: "s1",
  startedAt: 1,
  ...more,
});

const cases: readonly [
  part: Partial<ToolPart>,
  isLive: boolean,
  state: ShownToolState,
  tone: string | false,
][] = [
  [{ state: "input-streaming" }, true, "input-streaming", "live"],
  [{ state: "input-available" }, true, "input-available", false],
  [{ state: "running" }, true, "running", "live"],
  [{ state: "running" }, false, "stopped", false],
  [{ state: "approval-requested" }, true, "approval-requested", "needs"],
  [{ state: "approval-requested" }, false, "stopped", false],
  [{ state: "approval-requested", question: { message: "?", schema: {} } }, true, "asks", "needs"],
  [{ state: "output-available", endedAt: 2 }, false, "output-available", false],
  [{ state: "output-error", endedAt: 2 }, false, "output-error", "bad"],
  [{ state: "output-error", code: "timeout", endedAt: 2 }, true, "timed-out", "bad"],
  [{ state: "output-error", code: "stopped", endedAt: 2 }, false, "stopped", false],
  [{ state: "output-denied", endedAt: 2 }, true, "output-denied", false],
];

for (const [part, isLive, state, tone] of cases) {
  test(`a call looks like what it is at: ${JSON.stringify(part)}, ${isLive ? "live" : "over"}`, () => {
    const face = toolFace(call(part), isLive);
    assert.deepEqual([face.state, face.tone], [state, tone]);
  });
}
