import assert from "node:assert/strict";
import { describe, test } from "node:test";
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
import { formatDollars } from "#components/ui/format-amount.ts";
import { en } from "#lib/client/i18n/en.ts";
import type { Messages } from "#lib/client/i18n/messages.ts";
import { translator } from "#lib/client/i18n/translate.ts";
import { zh } from "#lib/client/i18n/zh.ts";
import type { AssistantMessage, Part, Takeover } from "#lib/protocol/message.ts";
import type { Usage } from "#lib/protocol/run-event.ts";

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

const written: Part[] = [{ type: "text", id: "t", text: "words", stepId: "s", startedAt: 1, endedAt: 2 }];

test("a Chinese character is a word, a word of letters is one", () => {
  assert.equal(wordCount("It’s 3 words"), 3);
  assert.equal(wordCount("周报 draft 草稿"), 5);
  assert.equal(wordCount(" \n"), 0);
});

test("the last sentence is the one being written, in both scripts", () => {
  assert.equal(lastSentence("First. Second is on"), "Second is on");
  assert.equal(lastSentence("先看这里。再看**那里"), "再看那里");
  assert.equal(lastSentence("Done."), "Done.");
  assert.equal(
    lastSentence("x\n- [ ] `snake_case` of [the guide](https://x.test)"),
    "snake_case of the guide",
  );
  assert.equal(lastSentence("so\n\n**Considering the opt"), "Considering the opt");
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
  assert.equal(stats(translator(en), bare), "Demo model · usage unknown");
  assert.deepEqual(totals(translator(en), bare), []);
});

/** What is said of the tokens and the cost of an answer that ended so. */
describe("of what an answer has cost", () => {
  const timings = { queuedMs: 1, durationMs: 7200 };
  const usage = (figures: Partial<Usage>): { total: Usage } => ({
    total: { source: "provider", ...figures },
  });
  const all = usage({ inputTokens: 1204, outputTokens: 431 });
  const finish = { type: "finish", finishReason: "stop", timings } as const;
  const abort = { type: "abort", by: "user", timings } as const;
  const cutOff = { type: "error", code: "cut-off", errorText: "", retryable: true } as const;
  const unknown: Usage = { source: "provider" };
  const cases: [
    title: string,
    answer: AssistantMessage,
    inEnglish: string,
    inChinese: string,
    sum: string[],
  ][] = [
    [
      "cached and thought tokens stand apart, within the figures that they are a part of",
      answer(written, {
        ...finish,
        ...usage({ ...all.total, cachedInputTokens: 1024, reasoningTokens: 300 }),
      }),
      "1,204 in (85% cached), 431 out (300 thinking)",
      "输入 1,204（85% 来自缓存），输出 431（其中思考 300）",
      ["1,635 tok", "7.2 s"],
    ],
    [
      "a model that has prices has a cost",
      answer(written, { ...finish, ...usage({ ...all.total, cost: 0.00214 }) }),
      "1,204 in, 431 out",
      "输入 1,204，输出 431",
      ["1,635 tok", "$0.0021", "7.2 s"],
    ],
    [
      "what was counted by us is marked",
      answer(written, { ...finish, ...usage({ ...all.total, source: "estimated" }) }),
      "≈ 1,204 in, 431 out (estimated)",
      "≈ 输入 1,204，输出 431（估算）",
      ["≈ 1,635 tok", "7.2 s"],
    ],
    [
      "of a whole answer without a report the page adds an estimate",
      answer(written, finish),
      "",
      "",
      ["7.2 s"],
    ],
    ["of none, nothing", answer([], finish), "usage unknown", "用量未知", ["7.2 s"]],
    ["while it is written too", answer(written), "", "", []],
    ["after a stop it is unknown", answer(written, abort), "usage unknown", "用量未知", ["7.2 s"]],
    [
      "unless it was reported",
      answer(written, { ...abort, ...all }),
      "1,204 in, 431 out",
      "输入 1,204，输出 431",
      ["1,635 tok", "7.2 s"],
    ],
    [
      "or the half of it",
      answer(written, { ...abort, ...usage({ inputTokens: 655 }) }),
      "655 in · usage after the stop unknown",
      "输入 655 · 停止之后的用量未知",
      ["655 tok", "7.2 s"],
    ],
    ["where the connection broke it is unknown", answer(written, cutOff), "usage unknown", "用量未知", []],
    [
      "a report without a figure is none",
      answer(written, { ...cutOff, total: unknown }),
      "usage unknown",
      "用量未知",
      [],
    ],
  ];
  for (const [title, of, inEnglish, inChinese, sum] of cases)
    test(title, () => {
      const shown = [en, zh].map((messages) => stats(translator(messages), of));
      const expected = [inEnglish, inChinese].map((words, at) => [["Demo model", "演示模型"][at], words]);
      assert.deepEqual(
        shown,
        expected.map((each) => each.filter(Boolean).join(" · ")),
      );
      assert.deepEqual(totals(translator(en), of), sum);
    });

  test("more than is known is at least that much", () => {
    const of = answer(written, { ...finish, ...all });
    assert.equal(stats(translator(en), of, true), "Demo model · at least 1,204 in, 431 out");
    assert.equal(stats(translator(zh), of, true), "演示模型 · 至少输入 1,204，输出 431");
    assert.deepEqual(totals(translator(en), of, true), ["≥ 1,635 tok", "7.2 s"]);
    const priced = answer(written, { ...finish, ...usage({ ...all.total, cost: 0.5 }) });
    assert.deepEqual(totals(translator(en), priced, true), ["≥ 1,635 tok", "≥ $0.500", "7.2 s"]);
    assert.deepEqual(totals(translator(en), priced, false, true), ["1,635 tok", "≥ $0.500", "7.2 s"]);
  });

  test("an answer that came in one burst has no speed", () => {
    const fast = { queuedMs: 1, ttftMs: 4000, outputTokensPerSecond: 90_000 };
    const of = (durationMs: number) =>
      stats(translator(en), answer(written, { ...finish, ...all, timings: { ...fast, durationMs } }));
    assert.match(of(4499), /first token 4.00 s$/);
    assert.match(of(4500), /first token 4.00 s · 90000 tok\/s$/);
  });
});

test("dollars are as exact as it matters", () => {
  const amounts = [0, 0.00001, 0.0021, 0.1239, 1.006, 12].map(formatDollars);
  assert.deepEqual(amounts, ["$0", "< $0.0001", "$0.0021", "$0.124", "$1.01", "$12.00"]);
});

test("facts say how an answer went on whose server was gone, and what it has cost at least", () => {
  const told = (takeovers: readonly Takeover[], messages: Messages = en) =>
    stats(translator(messages), { ...answer([]), takeovers });
  const continued = { type: "continued", afterMs: 3400, isUnreported: true } as const;
  assert.equal(told([continued]), "Demo model · went on after 3 s, asked again");
  assert.equal(told([{ type: "fetched", afterMs: 3400 }]), "Demo model · went on after 3 s");
  assert.equal(told([{ type: "anew", afterMs: 3400 }]), "Demo model · begun anew after 3 s");
  assert.equal(told([{ type: "anew" }], zh), "演示模型 · 重新开始写");
  assert.equal(told([continued], zh), "演示模型 · 中断 3 秒后再次请求，接着写");
  // A hand-over that nobody noticed.
  assert.equal(told([{ type: "continued", afterMs: 90 }]), "Demo model");
  const twice = [
    { type: "anew", afterMs: 90 },
    { type: "fetched", afterMs: 4000 },
  ] as const;
  assert.equal(told(twice), "Demo model · begun anew");
  const total = { inputTokens: 1204, outputTokens: 431, source: "provider" } as const;
  const ended = answer(written, { type: "finish", finishReason: "stop", total });
  const paidTwice = { ...ended, takeovers: [continued] };
  assert.equal(
    stats(translator(en), paidTwice),
    "Demo model · at least 1,204 in, 431 out · went on after 3 s, asked again",
  );
  assert.deepEqual(totals(translator(en), paidTwice), ["≥ 1,635 tok"]);
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
