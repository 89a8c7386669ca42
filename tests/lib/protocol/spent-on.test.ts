import assert from "node:assert/strict";
import { test } from "node:test";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import type { Usage } from "#lib/protocol/run-event.ts";
import { spentOn } from "#lib/protocol/spent-on.ts";

const usage = (inputTokens: number): Usage => ({ inputTokens, source: "provider" });
const answer = (fields: Partial<AssistantMessage>): AssistantMessage => ({
  id: "a",
  parentId: "q",
  runId: "r",
  role: "assistant",
  createdAt: 0,
  agent: "assistant",
  model: "model",
  parts: [],
  ...fields,
});

test("what an answer has cost is what all runs that have written it have; without figures, nobody knows", () => {
  const ending = { type: "abort", by: "user", total: usage(1) } as const;
  assert.deepEqual(spentOn(answer({})), { source: "provider" });
  assert.deepEqual(spentOn(answer({ ending })), usage(1));
  assert.deepEqual(spentOn(answer({ spentBefore: [usage(10), usage(100)] })), usage(110));
  assert.deepEqual(spentOn(answer({ ending, spentBefore: [{ source: "provider" }, usage(10)] })), usage(11));
});
