import assert from "node:assert/strict";
import { test } from "node:test";
import { answerText } from "#lib/protocol/answer-text.ts";
import type { Part } from "#lib/protocol/message.ts";

const step = { stepId: "s", startedAt: 0 };
const text = (words: string): Part => ({ type: "text", id: words, text: words, ...step });

const cases: [what: string, parts: Part[], text: string][] = [
  ["nothing is empty", [], ""],
  [
    "its words, without what was thought",
    [{ type: "reasoning", id: "t", text: "hm", ...step }, text("One. "), text(""), text("\nTwo.")],
    "One.\n\nTwo.",
  ],
  [
    "a refusal is what it says",
    [{ type: "refusal", id: "r", text: "I would rather not.", ...step }],
    "I would rather not.",
  ],
  [
    "not what was written inside its tool calls",
    [text("Asking."), { type: "text", id: "i", text: "inner", ...step, parentToolCallId: "call-1" }],
    "Asking.",
  ],
  [
    "not what a person said meanwhile",
    [text("One."), { type: "steered", messageId: "m", text: "shorter", by: "user", ...step }],
    "One.",
  ],
];

for (const [what, parts, expected] of cases) {
  test(`an answer's text: ${what}`, () => assert.equal(answerText(parts), expected));
}
