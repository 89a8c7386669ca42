import assert from "node:assert/strict";
import { test } from "node:test";
import { createMessagesUsage } from "#lib/models/messages/messages-usage.ts";

/** What is known at the beginning, and with each further report. */
function usages(start: object, ...reports: unknown[]) {
  const usage = createMessagesUsage();
  return [usage.begin(start), ...reports.map(usage.read)];
}

test("what was read from the cache and written to it is a part of the input", () => {
  const start = {
    input_tokens: 10,
    cache_read_input_tokens: 200,
    cache_creation_input_tokens: 3000,
    output_tokens: 2,
  };
  const known = { inputTokens: 3210, cachedInputTokens: 200, source: "provider" };
  assert.deepEqual(usages(start, { output_tokens: 50 }), [known, { ...known, outputTokens: 50 }]);
});

test("the last report counts, and one that lacks a figure changes nothing else", () => {
  const reports = [{ output_tokens: 20 }, { input_tokens: 0, output_tokens: 40 }, { input_tokens: 61 }];
  assert.deepEqual(usages({ input_tokens: 43, output_tokens: 1 }, ...reports).slice(1), [
    { inputTokens: 43, outputTokens: 20, source: "provider" },
    { inputTokens: 43, outputTokens: 40, source: "provider" },
    { inputTokens: 61, outputTokens: 40, source: "provider" },
  ]);
});

test("absurd figures are unknown, and no report tells nothing", () => {
  for (const count of [-1, 1.5, "x", "", null, {}])
    assert.deepEqual(usages({ input_tokens: count, output_tokens: count }), [undefined]);
  assert.deepEqual(usages({ input_tokens: 7 }, undefined, null, "x").slice(1), [
    undefined,
    undefined,
    undefined,
  ]);
});
