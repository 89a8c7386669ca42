import assert from "node:assert/strict";
import { test } from "node:test";
import { announcementOf } from "#components/transcript/announcement.ts";
import type { ShownConversation } from "#lib/client/conversation/shown-conversation.ts";
import { en } from "#lib/client/i18n/en.ts";
import type { Messages } from "#lib/client/i18n/messages.ts";
import { translator } from "#lib/client/i18n/translate.ts";
import { zh } from "#lib/client/i18n/zh.ts";
import type { ToolPart } from "#lib/protocol/message.ts";

const call = (toolName: string, state: ToolPart["state"], isQuestion = false): ToolPart => ({
  ...{ type: "tool", toolCallId: toolName, toolName, state, inputText: "", stepId: "s1", startedAt: 1 },
  ...(isQuestion && { question: { message: "Which?", schema: {} } }),
});

const announced = (...parts: ToolPart[]): string => announcedIn(en, parts);

/** What is announced while these calls are open. */
function announcedIn(messages: Messages, parts: readonly ToolPart[]): string {
  // Cast: nothing else of a conversation is read.
  const conversation = { turns: [{ liveRun: { parts } }] } as unknown as ShownConversation;
  return announcementOf(translator(messages), "work", conversation).words;
}

const asks = "approval-requested";

test("all calls that wait for a person are named, before any that runs", () => {
  assert.equal(announced(call("search", "running"), call("read", "running")), "Running read");
  assert.equal(
    announced(call("delete_file", asks), call("search", "running")),
    "Approval needed: delete_file",
  );
  const both = [call("delete_file", asks), call("send_mail", asks)];
  assert.equal(announced(...both), "Approval needed: delete_file, send_mail");
  assert.equal(
    announced(...both, call("ask_person", asks, true)),
    "Approval needed: delete_file, send_mail. The agent has a question",
  );
  assert.equal(announced(call("ask_person", asks, true)), "The agent has a question");
});

test("in Chinese a list and sentences have the marks of Chinese", () => {
  const calls = [call("delete_file", asks), call("send_mail", asks), call("ask_person", asks, true)];
  assert.equal(announcedIn(zh, calls), "需要批准：delete_file、send_mail。智能体有一个问题");
});

test("where nothing is open, nothing is announced", () => {
  assert.equal(announced(), "");
  assert.equal(announced(call("search", "output-available")), "");
});

test("an answer that is a card has no words to count", () => {
  const parts = [{ ...{ type: "object", id: "o", name: "recipe", json: "{}", attempt: 1 }, valid: true }];
  const answer = { parts, ending: { type: "finish", finishReason: "stop" } };
  // Cast: nothing else of a conversation is read.
  const conversation = { turns: [{ answer }] } as unknown as ShownConversation;
  assert.equal(announcementOf(translator(en), "ended", conversation).words, "The card is filled in");
});
