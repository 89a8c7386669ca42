import assert from "node:assert/strict";
import { test } from "node:test";
import { chatChunk, plainTextOf } from "#lib/models/chat/chat-chunk.ts";
import { createChatParts } from "#lib/models/chat/chat-parts.ts";
import type { ModelPart } from "#lib/models/model.ts";

const chunk = (choice: object, more: object = {}) => ({
  id: "1",
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: { content: "hi" }, finish_reason: null, ...choice }],
  ...more,
});

const plain = [
  chunk({}),
  chunk({}, { usage: null, x_groq: null, created: 1 }),
  chunk({ index: null, logprobs: null }),
  chunk({ delta: { role: "assistant", content: "hi", refusal: null, tool_calls: null } }),
  chunk({ delta: { content: "" } }),
  { choices: [{ delta: { content: "hi" } }] },
];

const notPlain = [
  chunk({}, { id: 7 }),
  chunk({}, { object: [] }),
  chunk({}, { choices: [] }),
  chunk({}, { choices: "hi" }),
  chunk({}, { choices: [null] }),
  chunk({ index: "0" }),
  chunk({ index: 1 }),
  chunk({ finish_reason: "stop" }),
  chunk({ finish_reason: 3 }),
  chunk({ delta: null }),
  chunk({ delta: { content: 5 } }),
  chunk({ delta: { content: null } }),
  chunk({ delta: { content: [{ type: "text", text: "hi" }] } }),
  chunk({ delta: { content: "hi", reasoning_content: "hm" } }),
  chunk({ delta: { content: "hi", reasoning: "hm" } }),
  chunk({ delta: { content: "hi", reasoning: 5 } }),
  chunk({ delta: { content: "hi", refusal: "no" } }),
  chunk({ delta: { content: "hi", tool_calls: [] } }),
  chunk({ message: { content: "hi" } }),
  chunk({}, { usage: { prompt_tokens: 1 } }),
  chunk({}, { x_groq: { usage: { prompt_tokens: 1 } } }),
  chunk({}, { choices: [chunk({}).choices[0], chunk({}).choices[0]] }),
  "hi",
  null,
];

for (const each of plain)
  test(`the short way reads as the schema does: ${JSON.stringify(each)}`, () => {
    const bySchema: ModelPart[] = [];
    const byText: ModelPart[] = [];
    createChatParts("1", "provider").read(chatChunk.parse(each), bySchema);
    const text = plainTextOf(each);
    assert.ok(text !== undefined);
    createChatParts("1", "provider").readText(text, byText);
    assert.deepEqual(byText, bySchema);
  });

for (const each of notPlain)
  test(`the schema decides about ${JSON.stringify(each)}`, () => {
    assert.equal(plainTextOf(each), undefined);
  });
