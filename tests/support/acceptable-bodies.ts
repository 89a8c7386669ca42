import assert from "node:assert/strict";
import type { ChatMessage, ChatRequest } from "#lib/models/chat/chat-request.ts";
import { chatRequest } from "#lib/models/chat/chat-request.ts";
import { type MessagesRequest, messagesRequest } from "#lib/models/messages/messages-request.ts";
import type { ModelMessage } from "#lib/models/model-message.ts";
import { type ResponsesRequest, responsesRequest } from "#lib/models/responses/responses-request.ts";

/** The bodies of one request on the three wires, each checked as strictly as any of their endpoints does. */

const none: ReadonlySet<string> = new Set();

const chatBody = (messages: readonly ModelMessage[]): ChatRequest =>
  chatRequest({ messages }, { model: "m", maxTokensField: "max_tokens" });
const messagesBody = (messages: readonly ModelMessage[]): MessagesRequest =>
  messagesRequest(
    { messages },
    { ...{ model: "m", host: "h", maxTokens: 1000 }, allowedTokens: 1000, without: none },
  );
const responsesBody = (messages: readonly ModelMessage[]): ResponsesRequest =>
  responsesRequest({ messages }, { model: "m", host: "h", without: none });

export function assertAcceptableBodies(messages: readonly ModelMessage[]): void {
  assertChat(chatBody(messages));
  assertMessages(messagesBody(messages));
  assertResponses(responsesBody(messages));
}

const hasWords = (text: unknown): boolean => typeof text === "string" && text.trim() !== "";

function assertArguments(json: string): void {
  assert.equal(JSON.parse(json)?.constructor, Object, json);
}

function assertChat({ messages }: ChatRequest): void {
  const ids = new Set<string>();
  assert.deepEqual(
    messages.map(({ role }, at) => role === "system" && at > 0),
    messages.map(() => false),
  );
  assert.ok(messages[0]?.role === "system" && hasWords(messages[0].content));
  assert.equal(messages[1]?.role, "user");
  const open: string[] = [];
  for (const [at, message] of messages.entries()) {
    if (message.role === "tool") {
      assert.equal(message.tool_call_id, open.shift());
      assert.equal(typeof message.content, "string");
      continue;
    }
    assert.equal(open.length, 0, "a call without its result");
    assert.notEqual(message.role, messages[at - 1]?.role);
    assertWords(message);
    if (message.role !== "assistant") continue;
    for (const { id, function: called } of message.tool_calls ?? []) {
      assert.ok(!ids.has(id) && /^[\w-]{1,64}$/.test(called.name));
      ids.add(id);
      assertArguments(called.arguments);
      open.push(id);
    }
  }
  assert.equal(open.length, 0);
  assert.ok(["user", "tool"].includes(messages.at(-1)?.role ?? ""));
}

function assertWords({ content, ...message }: ChatMessage): void {
  if ("tool_calls" in message && message.tool_calls) {
    assert.ok(message.tool_calls.length > 0);
    if (content === null) return;
  }
  const texts = typeof content === "string" ? [content] : (content ?? []).map(({ text }) => text);
  assert.ok(texts.length > 0 && texts.every(hasWords), JSON.stringify(content));
}

function assertMessages({ system = [], messages }: MessagesRequest): void {
  assert.ok(system.length === 1 && hasWords(system[0]?.text));
  assert.equal(messages[0]?.role, "user");
  assert.equal(messages.at(-1)?.role, "user");
  const ids = new Set<string>();
  const open: string[] = [];
  for (const [at, { role, content }] of messages.entries()) {
    const before = messages[at - 1];
    // Results and what a person says behind them are two messages of one role, which it joins.
    const joins = role === "user" && before?.content.some(({ type }) => type === "tool_result");
    assert.ok(joins || role !== before?.role);
    assert.ok(content.length > 0);
    for (const block of content) {
      if (block.type === "tool_result") assert.equal(block.tool_use_id, open.shift());
      else assert.equal(open.length, 0, "something before a result");
      if (block.type === "text") assert.ok(hasWords(block.text));
    }
    for (const block of content)
      if (block.type === "tool_use") {
        assert.ok(!ids.has(block.id) && /^[\w-]+$/.test(block.id) && /^[\w-]{1,64}$/.test(block.name));
        ids.add(block.id);
        open.push(block.id);
      }
  }
  assert.equal(open.length, 0);
}

interface ResponsesItem {
  role?: string;
  type?: string;
  content?: unknown;
  call_id?: string;
  output?: unknown;
  arguments?: string;
}

function assertResponses({ instructions = "", input }: ResponsesRequest): void {
  assert.ok(hasWords(instructions));
  const calls: string[] = [];
  const answered: string[] = [];
  // Cast: its items are plain objects.
  for (const item of input as ResponsesItem[]) {
    if (item.type === "function_call") {
      assertArguments(item.arguments ?? "");
      calls.push(item.call_id ?? "");
    } else if (item.type === "function_call_output") {
      assert.ok(calls.includes(item.call_id ?? ""), "a result before its call");
      assert.equal(typeof item.output, "string");
      answered.push(item.call_id ?? "");
    } else {
      assert.ok(item.role === "user" || item.role === "assistant");
      const texts = typeof item.content === "string" ? [item.content] : textsIn(item.content);
      assert.ok(texts.length > 0 && texts.every(hasWords), JSON.stringify(item));
    }
  }
  assert.deepEqual(answered, calls);
  assert.equal(new Set(calls).size, calls.length);
}

const textsIn = (content: unknown): unknown[] =>
  Array.isArray(content) ? content.map((part: { text?: unknown }) => part.text) : [];
