import assert from "node:assert/strict";
import { test } from "node:test";
import { readChatUsage } from "#lib/models/chat/chat-usage.ts";

test("every figure of a report has its names", () => {
  const own = { prompt_tokens: 9, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 3 } };
  const others = { input_tokens: 9, output_tokens: 5, output_tokens_details: { reasoning_tokens: 3 } };
  const read = { inputTokens: 9, outputTokens: 5, reasoningTokens: 3, cachedInputTokens: 4 };
  for (const cached of [
    { prompt_tokens_details: { cached_tokens: 4 } },
    { prompt_cache_hit_tokens: 4 },
    { cached_tokens: 4 },
    { input_tokens_details: { cached_tokens: 4 } },
    { cache_read_input_tokens: 4 },
  ])
    for (const report of [own, others]) assert.deepEqual(readChatUsage({ ...report, ...cached }), read);
});

test("a figure that cannot be one is unknown, and costs no other", () => {
  for (const odd of [-1, 2.5, 1e12, "x", "", null, {}])
    assert.deepEqual(readChatUsage({ prompt_tokens: odd, completion_tokens: "2" }), { outputTokens: 2 });
});

test("a report of nothing is none", () => {
  for (const report of [undefined, null, 5, "x", [], {}, { total_tokens: 0 }, { prompt_tokens: null }])
    assert.equal(readChatUsage(report), undefined);
});
