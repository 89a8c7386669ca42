import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelMessage } from "#lib/models/model-message.ts";
import { reactMark, reactMessages } from "#lib/models/react/react-messages.ts";

const text = (words: string) => ({ type: "text", text: words }) as const;
const call = (toolName: string, input: string) =>
  ({ type: "tool-call", toolCallId: `id-${toolName}`, toolName, input }) as const;
const result = (toolName: string, output: string, isError?: true) =>
  ({
    type: "tool-result",
    toolCallId: `id-${toolName}`,
    toolName,
    output,
    ...(isError && { isError }),
  }) as const;
const thought = (words: string) => ({ type: "reasoning", text: words, providerMetadata: reactMark }) as const;

const turns = (messages: readonly ModelMessage[]): string[] =>
  reactMessages(messages, "PROMPT").map(
    ({ role, content }) =>
      `${role}: ${typeof content === "string" ? content : content.map((part) => ("text" in part ? part.text : part.type)).join("|")}`,
  );

test("a conversation with calls is one of words, with one system message", () => {
  assert.deepEqual(
    turns([
      { role: "system", content: "Be brief." },
      { role: "user", content: [text("What is 1 + 1?")] },
      { role: "assistant", content: [thought("I add."), call("add", '{"a":1,  "b":1}')] },
      { role: "tool", content: [result("add", "2")] },
      { role: "assistant", content: [thought("I know."), text("It is 2.")] },
      { role: "user", content: [text("Thanks")] },
    ]),
    [
      "system: Be brief.\n\nPROMPT",
      "user: What is 1 + 1?",
      'assistant: Thought: I add.\nAction: add\nAction Input: {"a":1,  "b":1}',
      "user: Observation: 2",
      "assistant: Thought: I know.\nAnswer: It is 2.",
      "user: Thanks",
    ],
  );
});

test("calls at once are told apart, and what failed is said", () => {
  assert.deepEqual(
    turns([
      { role: "user", content: [text("x")] },
      { role: "assistant", content: [text("Let me see."), call("add", "{}"), call("now", "{}")] },
      { role: "tool", content: [result("add", "no a", true), result("now", "12:00")] },
    ]),
    [
      "system: PROMPT",
      "user: x",
      "assistant: Thought: Let me see.\nAction: add\nAction Input: {}\nAction: now\nAction Input: {}",
      "user: Observation: add: Error: no a\nObservation: now: 12:00",
    ],
  );
});

test("what a person says behind a result is one message with it", () => {
  assert.deepEqual(
    turns([
      { role: "assistant", content: [call("add", "{}")] },
      { role: "tool", content: [result("add", "2")] },
      { role: "user", content: [text("And quickly."), text("Please.")] },
    ]).slice(1),
    ["assistant: Action: add\nAction Input: {}", "user: Observation: 2\n\nAnd quickly.\n\nPlease."],
  );
});

test("another provider's thoughts are left out", () => {
  const foreign = {
    type: "reasoning",
    text: "secret",
    providerMetadata: { anthropic: { signature: "s" } },
  } as const;
  assert.deepEqual(
    turns([
      { role: "assistant", content: [foreign] },
      { role: "assistant", content: [foreign, text("hm")] },
    ]),
    ["system: PROMPT", "assistant: Answer: hm"],
  );
});
