import assert from "node:assert/strict";
import { test } from "node:test";
import { isContent, type ModelPart } from "#lib/models/model.ts";

const parts: readonly [ModelPart, isContent: boolean][] = [
  [{ type: "response", responseId: "r" }, false],
  [{ type: "model", name: "m-1" }, false],
  [{ type: "usage", usage: { inputTokens: 1, source: "provider" } }, false],
  [{ type: "finish", reason: "stop" }, false],
  [{ type: "text", delta: "a" }, true],
  [{ type: "reasoning", delta: "a" }, true],
  [{ type: "reasoning-end" }, true],
  [{ type: "tool-call-start", index: 0, toolCallId: "c", toolName: "add" }, true],
];

for (const [part, expected] of parts)
  test(`a ${part.type} ${expected ? "says" : "does not say"} that the model has begun`, () => {
    assert.equal(isContent(part), expected);
  });
