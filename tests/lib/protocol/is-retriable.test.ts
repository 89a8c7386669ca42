import assert from "node:assert/strict";
import { test } from "node:test";
import { isRetriable } from "#lib/protocol/is-retriable.ts";
import type { ToolPart } from "#lib/protocol/message.ts";

const failed: ToolPart = {
  ...{ type: "tool", toolCallId: "c", toolName: "look", state: "output-error", inputText: "{}" },
  ...{ isRepeatable: true, stepId: "s", startedAt: 1, endedAt: 2 },
};

test("a call that failed and only reads can be made once more, once, and no other can", () => {
  const rows: [what: string, parts: ToolPart[], isIt: boolean][] = [
    ["failed", [failed], true],
    ["done", [{ ...failed, state: "output-available" }], false],
    ["that may have changed something", [{ ...failed, isRepeatable: undefined as never }], false],
    ["inside another one", [{ ...failed, parentToolCallId: "p" }], false],
    ["that was made once more", [failed, { ...failed, toolCallId: "d", retryOf: "c" }], false],
    ["of another answer", [], false],
  ];
  for (const [what, parts, isIt] of rows) assert.equal(isRetriable({ parts }, "c"), isIt, what);
  const workflow = { name: "report", definitionHash: "", steps: {}, received: {} };
  assert.equal(isRetriable({ parts: [failed], workflow }, "c"), false, "of a workflow");
});
