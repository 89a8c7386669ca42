import assert from "node:assert/strict";
import { test } from "node:test";
import { asksInside, ownCalls, partsInside, toolRows } from "#components/message/tools/tool-rows.ts";
import type { ToolPart } from "#lib/protocol/message.ts";

const call = (toolCallId: string, more: Partial<ToolPart> = {}): ToolPart => ({
  type: "tool",
  toolCallId,
  toolName: "add",
  state: "running",
  inputText: "",
  stepId: "s1",
  startedAt: 1,
  ...more,
});
const shape = (calls: readonly ToolPart[]) =>
  toolRows(calls).map((row) => row.calls.map(({ toolCallId }) => toolCallId).join("+"));

test("calls side by side share a line", () => {
  assert.deepEqual(shape([call("1"), call("2"), call("3")]), ["1+2+3"]);
});

test("a call that a person is asked about keeps a line of its own, also once it is decided", () => {
  const asked = call("2", { approvalId: "2:1", state: "approval-requested" });
  const denied = call("3", { state: "output-denied", decision: { approved: false, by: "user" } });
  assert.deepEqual(shape([call("1"), asked, denied, call("4"), call("5")]), ["1", "2", "3", "4+5"]);
});

test("what an agent inside a call does is no call of the answer", () => {
  const inner = call("1.1", { parentToolCallId: "1", stepId: "n1" });
  const parts = [call("1"), inner, call("lost", { parentToolCallId: "unknown" })];
  assert.deepEqual(
    ownCalls(parts).map(({ toolCallId }) => toolCallId),
    ["1", "lost"],
  );
  assert.deepEqual(partsInside(parts).get("1"), [inner]);
});

test("a call knows whether something waits for a person inside of it, at any depth", () => {
  const inner = call("2", { parentToolCallId: "1" });
  const asked = call("3", { parentToolCallId: "2", state: "approval-requested" });
  const inside = partsInside([call("1"), inner, asked]);
  assert.deepEqual(
    [call("1"), inner, asked].map((each) => asksInside(each, inside)),
    [true, true, false],
  );
});
