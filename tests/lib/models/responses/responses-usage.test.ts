import assert from "node:assert/strict";
import { test } from "node:test";
import { responsesUsage } from "#lib/models/responses/responses-usage.ts";

test("usage says what was cached and what was thought", () => {
  const report = {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 80 },
    output_tokens: 50,
    output_tokens_details: { reasoning_tokens: 40 },
  };
  assert.deepEqual(responsesUsage(report), {
    inputTokens: 100,
    outputTokens: 50,
    reasoningTokens: 40,
    cachedInputTokens: 80,
    source: "provider",
  });
});

test("absurd figures are unknown, and a report without any other is none", () => {
  assert.deepEqual(responsesUsage({ input_tokens: 7, output_tokens: -1, output_tokens_details: null }), {
    inputTokens: 7,
    source: "provider",
  });
  for (const report of [undefined, null, "x", [], {}, { input_tokens: "x" }])
    assert.equal(responsesUsage(report), undefined);
});
