import assert from "node:assert/strict";
import { test } from "node:test";
import type { Message } from "#lib/protocol/message.ts";
import { estimateTokens } from "#lib/runs/estimate-tokens.ts";

const asked = (text: string): Message => ({
  id: "m",
  parentId: null,
  runId: "r",
  role: "user",
  createdAt: 0,
  text,
});

const cases: [title: string, messages: Message[], tokens: number][] = [
  ["no messages are none", [], 0],
  ["four letters are about one", [asked("word")], 1],
  ["what is left over is one more", [asked("words")], 2],
  ["four Chinese characters are about three", [asked("你好世界")], 3],
  ["messages are added up", [asked("word"), asked("word")], 2],
];
for (const [title, messages, tokens] of cases)
  test(title, () => assert.equal(estimateTokens(messages), tokens));
