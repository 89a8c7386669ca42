import assert from "node:assert/strict";
import { test } from "node:test";
import { allowedTokens } from "#lib/models/messages/allowed-tokens.ts";

const cases: [body: string, tokens: number | undefined, isLasting?: boolean][] = [
  [
    "max_tokens: 32000 > 8192, which is the maximum allowed number of output tokens for claude-3-5-haiku",
    ...([8192, true] as const),
  ],
  ["`max_tokens` must be at most 8192 (got 32000)", 8192, true],
  ["Range of max_tokens should be [1, 8192]", 8192, true],
  ["max_tokens 32000 is too much, have 8192", 8192, false],
  ["max_tokens must be at least 1", undefined],
  ["prompt is too long: 208310 tokens > 20000 maximum", undefined],
  [
    "max_tokens is too large: 32000. This model's maximum context length is 16384 tokens and your request has 500 input tokens (32000 > 16384 - 500)",
    ...([15_884, false] as const),
  ],
  [
    String.raw`max_tokens is too large: 32000. maximum context length is 16384 tokens (32000 \u003e 16384 - 500)`,
    ...([15_884, false] as const),
  ],
  [
    "input length and `max_tokens` exceed context limit: 180000 + 32000 > 200000, decrease input length",
    ...([20_000, false] as const),
  ],
  [
    "maximum context length is 16384 tokens. However, you requested 32500 tokens (500 in the messages, 32000 in the completion)",
    ...([15_884, false] as const),
  ],
  ["`max_tokens` exceed context limit: 199900 + 32000 > 200000", undefined],
  ["max_tokens does not fit the context of 16384 beside 500", undefined],
];
for (const [body, tokens, isLasting] of cases)
  test(`“${body}” allows ${tokens ?? "what was asked for"}`, () =>
    assert.deepEqual(allowedTokens(body, 32_000), tokens && { tokens, isLasting }));
