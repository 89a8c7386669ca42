import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { continueMessage } from "#lib/protocol/continue-message.ts";
import type { AssistantMessage, Part, TextPart } from "#lib/protocol/message.ts";

const ended = { stepId: "s", startedAt: 1, endedAt: 2 };
const text = (words: string): TextPart => ({ type: "text", id: words, text: words, ...ended });
const thought: TextPart = { type: "reasoning", id: "r", text: "hm", ...ended };
const message = (runId: string, createdAt: number, ...parts: Part[]): AssistantMessage => ({
  id: "m",
  parentId: "q",
  runId,
  role: "assistant",
  createdAt,
  agent: "assistant",
  model: "model",
  parts,
});
const textsOf = ({ parts }: AssistantMessage): string[] =>
  parts.map((part) => ("text" in part ? part.text : part.type));

describe("a partial answer and what continues it are one message", () => {
  const cases: [title: string, kept: Part[], continued: Part[], texts: string[]][] = [
    ["a text goes on in mid-sentence", [text("It is ")], [text("5.")], ["It is 5."]],
    ["what stands behind it stays behind it", [text("a")], [text("b"), thought], ["ab", "hm"]],
    ["what is no text is not joined", [text("a")], [thought, text("b")], ["a", "hm", "b"]],
    ["nor is what stands behind it", [text("a"), thought], [text("b")], ["a", "hm", "b"]],
    ["nothing was written yet", [text("a")], [], ["a"]],
    ["nothing was kept", [], [text("b")], ["b"]],
  ];
  for (const [title, kept, continued, texts] of cases)
    test(title, () => {
      const joined = continueMessage(message("one", 1, ...kept), message("two", 9, ...continued));
      assert.deepEqual(textsOf(joined), texts);
      assert.deepEqual([joined.id, joined.runId, joined.createdAt], ["m", "two", 1]);
    });
});

test("a joined text is open for as long as what continues it is", () => {
  const { endedAt: _, ...open } = text("b");
  const [joined] = continueMessage(message("one", 1, text("a")), message("two", 9, open)).parts;
  assert.equal(joined && "endedAt" in joined, false);
});

test("without a kept answer, and for a message that is of the run already, nothing changes", () => {
  const continued = message("two", 9, text("b"));
  assert.equal(continueMessage(undefined, continued), continued);
  assert.equal(continueMessage(message("two", 1, text("a")), continued), continued);
});
