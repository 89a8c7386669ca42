import assert from "node:assert/strict";
import { test } from "node:test";
import { readChatChunk } from "#lib/models/chat/chat-chunk.ts";
import { createChatParts } from "#lib/models/chat/chat-parts.ts";
import { plainTextOf } from "#lib/models/chat/plain-text-of.ts";
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
  chunk({}, { id: 7, object: [] }),
  chunk({ index: null, logprobs: null }),
  chunk({ delta: { role: "assistant", content: "hi", refusal: null, tool_calls: null } }),
  chunk({ delta: { content: "" } }),
  chunk({}, { code: 0, message: "Success", success: true, base_resp: { status_code: 0 }, error: {} }),
  { choices: [{ delta: { content: "hi" } }] },
];

const notPlain = [
  chunk({}, { choices: [] }),
  chunk({}, { choices: "hi" }),
  chunk({}, { choices: [null] }),
  chunk({}, { error: { message: "no" } }),
  chunk({}, { base_resp: { status_code: 1002, status_msg: "no" } }),
  chunk({}, { code: 11202, message: "no" }),
  chunk({}, { error_code: 18, error_msg: "no" }),
  chunk({}, { success: false }),
  chunk({ error: { message: "no" } }),
  chunk({ index: "0" }),
  chunk({ index: 1 }),
  chunk({ finish_reason: "stop" }),
  chunk({ finish_reason: 3 }),
  chunk({ stop_reason: "stop" }),
  chunk({ delta: null }),
  chunk({ delta: { content: 5 } }),
  chunk({ delta: { content: null } }),
  chunk({ delta: { content: [{ type: "text", text: "hi" }] } }),
  chunk({ delta: { content: "hi", reasoning_content: "hm" } }),
  chunk({ delta: { content: "hi", reasoning: "hm" } }),
  chunk({ delta: { content: "hi", reasoning_text: "hm" } }),
  chunk({ delta: { content: "hi", reasoning_details: [{ text: "hm" }] } }),
  chunk({ delta: { content: "hi", thinking: "hm" } }),
  chunk({ delta: { content: "hi", extra_content: { google: { thought: true } } } }),
  chunk({ delta: { content: "hi", refusal: "no" } }),
  chunk({ delta: { content: "hi", tool_calls: [] } }),
  chunk({ delta: { content: "hi", function_call: { name: "f" } } }),
  chunk({ message: { content: "hi" } }),
  chunk({ usage: { prompt_tokens: 1 } }),
  chunk({}, { usage: { prompt_tokens: 1 } }),
  chunk({}, { x_groq: { usage: { prompt_tokens: 1 } } }),
  chunk({}, { choices: [chunk({}).choices[0], chunk({}).choices[0]] }),
  "hi",
  null,
];

const createParts = () => createChatParts({ seed: "1", usageSource: "provider", startsThinking: false });

for (const each of plain)
  test(`the short way reads as the long one does: ${JSON.stringify(each)}`, () => {
    const long: ModelPart[] = [];
    const short: ModelPart[] = [];
    createParts().read(readChatChunk(each), long);
    const text = plainTextOf(each);
    assert.ok(text !== undefined);
    createParts().readText(text, short);
    assert.deepEqual(short, long);
  });

for (const each of notPlain)
  test(`the long way decides about ${JSON.stringify(each)}`, () => {
    assert.equal(plainTextOf(each), undefined);
  });
