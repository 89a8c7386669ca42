import assert from "node:assert/strict";
import { test } from "node:test";
import { wordCount } from "#components/message/count-words.ts";
import {
  interruptKey,
  problemKey,
  retryKey,
  runAdviceKey,
  runErrorKey,
} from "#components/message/error-key.ts";
import { lastSentence } from "#components/message/last-sentence.ts";
import { stats, totals } from "#components/message/stats.ts";
import { en } from "#lib/client/i18n/en.ts";
import { translator } from "#lib/client/i18n/translate.ts";
import { zh } from "#lib/client/i18n/zh.ts";
import type { AssistantMessage, Part } from "#lib/protocol/message.ts";

const answer = (parts: Part[], ending?: AssistantMessage["ending"]): AssistantMessage => ({
  id: "a",
  parentId: "q",
  runId: "r",
  role: "assistant",
  createdAt: 0,
  agent: "assistant",
  model: "rivulet-demo",
  parts,
  ...(ending && { ending }),
});

test("a Chinese character is a word, a word of letters is one", () => {
  assert.equal(wordCount("It’s 3 words"), 3);
  assert.equal(wordCount("周报 draft 草稿"), 5);
  assert.equal(wordCount(" \n"), 0);
});

test("the last sentence is the one being written, in both scripts", () => {
  assert.equal(lastSentence("First. Second is on"), "Second is on");
  assert.equal(lastSentence("先看这里。再看**那里"), "再看那里");
  assert.equal(lastSentence("Done."), "Done.");
  assert.equal(lastSentence(""), "");
});

test("facts name what is known, and nothing else", () => {
  const timings = { queuedMs: 1, ttftMs: 410, durationMs: 7200, outputTokensPerSecond: 63.2 };
  const total = { inputTokens: 212, outputTokens: 1431, source: "provider" as const };
  const full = answer([], { type: "finish", finishReason: "stop", total, timings });
  assert.equal(stats(translator(en), full), "Demo model · 212 in, 1,431 out · first token 0.41 s · 63 tok/s");
  assert.equal(stats(translator(zh), full), "演示模型 · 输入 212，输出 1,431 · 首字 0.41 秒 · 每秒 63 词元");
  assert.deepEqual(totals(translator(en), full), ["1,643 tok", "7.2 s"]);
  const bare = answer([], { type: "abort", by: "user" });
  assert.equal(stats(translator(en), bare), "Demo model");
  assert.deepEqual(totals(translator(en), bare), []);
});

test("every code has words, a foreign one those of the unexpected", () => {
  assert.equal(runErrorKey("rate-limited"), "error.rate-limited");
  assert.equal(runErrorKey("from-the-future"), "error.unexpected");
  assert.equal(runAdviceKey("timeout", "silence"), "error.timeout.silence");
  assert.equal(runAdviceKey("timeout", "from-the-future"), "error.timeout.do");
  assert.equal(runAdviceKey("from-the-future", "silence"), "error.unexpected.do");
  assert.equal(retryKey("cut-off"), "pending.cut-off");
  assert.equal(retryKey("from-the-future"), undefined);
  assert.equal(interruptKey("time-limit"), "end.time-limit");
  assert.equal(interruptKey("from-the-future"), "end.owner-gone");
  assert.equal(problemKey("log_gone"), "problem.unexpected");
  assert.equal(problemKey("no_connection"), "problem.no_connection");
  assert.equal(problemKey("teapot"), "problem.unexpected");
});
