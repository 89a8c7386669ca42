import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chatRequest } from "#lib/models/chat/chat-request.ts";
import { leaveOut, sentFields } from "#lib/models/chat/leave-out.ts";
import type { ModelRequest } from "#lib/models/model-request.ts";
import { assistant, system, user } from "../../../support/model-messages.ts";

const full: ModelRequest = {
  messages: [system("Be brief."), user("Hi")],
  tools: [{ name: "add", inputSchema: { type: "object" } }],
  toolChoice: "auto",
  temperature: 0,
  maxOutputTokens: 9,
};
const body = (request: ModelRequest = full) =>
  chatRequest(request, { model: "m", maxTokensField: "max_tokens" });
const left = (...without: string[]) => leaveOut(body(), new Set(without));
const missing = (...without: string[]) => {
  const kept = Object.keys(left(...without));
  return Object.keys(body()).filter((field) => !kept.includes(field));
};

test("nothing is left out of a request that is taken as it is, and it is the same object", () => {
  const whole = body();
  assert.equal(leaveOut(whole, new Set()), whole);
});

test("what is left out takes along what means nothing without it, and nothing else", () => {
  assert.deepEqual(missing("stream_options"), ["stream_options"]);
  assert.deepEqual(missing("temperature", "seed"), ["temperature"]);
  assert.deepEqual(missing("tool_choice"), ["tool_choice"]);
  assert.deepEqual(missing("tools"), ["tools", "tool_choice"]);
  assert.deepEqual(missing("stream"), ["stream", "stream_options"]);
});

test("the limit of the answer goes under its other name, and is left out if both are refused", () => {
  const { max_completion_tokens: renamed, ...rest } = left("max_tokens");
  assert.deepEqual([renamed, "max_tokens" in rest], [9, false]);
  assert.equal(left("max_completion_tokens").max_tokens, 9);
  assert.deepEqual(missing("max_tokens", "max_completion_tokens"), ["max_tokens"]);
});

describe("an instruction that is not taken as a system message", () => {
  const messages = (...history: ModelRequest["messages"]) =>
    leaveOut(body({ messages: history }), new Set(["system"])).messages;

  test("stands in front of the first question", () => {
    assert.deepEqual(messages(system("S"), user("a"), assistant("b"), user("c")), [
      { role: "user", content: "S\n\na" },
      { role: "assistant", content: "b" },
      { role: "user", content: "c" },
    ]);
    assert.deepEqual(messages(system("S"), user("a", "b")), [
      {
        role: "user",
        content: [
          { type: "text", text: "S" },
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
    ]);
  });

  test("is a question of its own where none comes first", () => {
    assert.deepEqual(messages(system("S"), assistant("b"))[0], { role: "user", content: "S" });
    assert.deepEqual(messages(system("S")), [{ role: "user", content: "S" }]);
  });
});

test("what was sent is named by its fields, and the system message", () => {
  assert.deepEqual(sentFields(left("tools")), [
    "model",
    "stream",
    "stream_options",
    "temperature",
    "messages",
    "max_tokens",
    "system",
  ]);
  assert.ok(!sentFields(left("system")).includes("system"));
});
