import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { modelInput } from "#lib/history/model-input.ts";
import { answerText } from "#lib/protocol/answer-text.ts";
import { continueMessage } from "#lib/protocol/continue-message.ts";
import type { AssistantMessage, Part, TextPart } from "#lib/protocol/message.ts";
import type { Usage } from "#lib/protocol/run-event.ts";
import { spentOn } from "#lib/protocol/spent-on.ts";

const ended = { stepId: "s", startedAt: 1, endedAt: 2 };
const text = (words: string): TextPart => ({ type: "text", id: words, text: words, ...ended });
const thought: TextPart = { type: "reasoning", id: "r", text: "hm", ...ended };
const refusal = (words: string): Part => ({ type: "refusal", id: words, text: words, ...ended });
const call: Part = {
  type: "tool",
  toolCallId: "call",
  toolName: "t",
  state: "running",
  inputText: "",
  ...ended,
};
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
    ["also if the model thought first", [text("a")], [thought, text("b")], ["ab", "hm"]],
    ["or was cut off while it thought", [text("a"), thought], [text("b")], ["ab", "hm"]],
    [
      "however often it thought",
      [thought, text("a"), thought],
      [thought, text("b"), thought, text("c")],
      ["hm", "abc", "hm", "hm", "hm"],
    ],
    ["empty texts are none", [text("a"), text("")], [text(""), thought, text("b")], ["a", "b", "hm"]],
    ["a refusal goes on in itself", [refusal("I ca")], [thought, refusal("n't")], ["I can't", "hm"]],
    ["beside the text", [text("a"), refusal("no")], [text("b"), refusal("t")], ["ab", "not"]],
    ["a tool call ends a text", [text("a"), call], [thought, text("b")], ["a", "tool", "hm", "b"]],
    ["on both sides", [text("a")], [text("b"), call, text("c")], ["ab", "tool", "c"]],
    [
      "what was written inside a tool call is another's",
      [call, { ...text("inner"), parentToolCallId: "call" }],
      [text("b")],
      ["tool", "inner", "b"],
    ],
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

test("what earlier runs have cost is kept beside what the newest has, and that it is unknown too", () => {
  const total = (inputTokens: number): Usage => ({ inputTokens, source: "provider" });
  const ended = (runId: string, usage?: Usage): AssistantMessage => ({
    ...message(runId, 1, text("a")),
    ending: { type: "abort", by: "user", ...(usage && { total: usage }) },
  });
  const twice = continueMessage(ended("one", total(1)), ended("two", total(10)));
  assert.deepEqual([twice.spentBefore, spentOn(twice)], [[total(1)], total(11)]);
  const thrice = continueMessage(twice, ended("three"));
  assert.deepEqual([thrice.spentBefore, spentOn(thrice)], [[total(1), total(10)], total(11)]);
  assert.deepEqual(continueMessage(ended("one"), ended("two")).spentBefore, [{ source: "provider" }]);
});

test("how long earlier runs took is kept beside how long the newest did, as far as it is known", () => {
  const ended = (runId: string, durationMs?: number): AssistantMessage => ({
    ...message(runId, 1, text("a")),
    ending:
      durationMs === undefined
        ? { type: "interrupted", reason: "owner-gone", errorText: "gone" }
        : { type: "abort", by: "user", timings: { queuedMs: 1, durationMs } },
  });
  const twice = continueMessage(ended("one", 100), ended("two", 20));
  assert.equal(twice.durationBefore, 100);
  assert.equal(continueMessage(twice, ended("three", 3)).durationBefore, 120);
  assert.equal(continueMessage(ended("one"), ended("two", 20)).durationBefore, undefined);
});

describe("cut anywhere and continued any number of times, with thought in between, an answer is the text as written at once", () => {
  const answers: [title: string, whole: string][] = [
    ["a fence", "Look:\n\n```ts\nif (a) {\n    b();\n}\n```\n\nDone."],
    ["a list", "- one\n  - two\n\n    three\n- four"],
    ["a table", "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n"],
    ["words", "Grüße, 世界"],
    ["surrogates", "👩‍👩‍👧 🇩🇪"],
  ];
  for (const [title, whole] of answers)
    test(title, () => {
      for (const pieces of [2, 3, 7]) {
        const size = Math.ceil(whole.length / pieces);
        let kept: AssistantMessage | undefined;
        for (let at = 0; at < whole.length; at += size)
          kept = continueMessage(
            kept,
            message(`run ${at}`, at, thought, text(whole.slice(at, at + size)), thought),
          );
        assert.equal(answerText(kept?.parts ?? []), whole.trim());
        const sent = modelInput(kept ? [kept] : []);
        assert.deepEqual(sent, [{ role: "assistant", content: [{ type: "text", text: whole }] }]);
        assert.equal(kept?.parts.filter(({ type }) => type === "text").length, 1);
      }
    });
});
