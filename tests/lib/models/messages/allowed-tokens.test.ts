import assert from "node:assert/strict";
import { test } from "node:test";
import { allowedTokens } from "#lib/models/messages/allowed-tokens.ts";

const cases: [body: string, allowed: number | undefined][] = [
  [
    "max_tokens: 32000 > 8192, which is the maximum allowed number of output tokens for claude-3-5-haiku",
    8192,
  ],
  ["`max_tokens` must be at most 8192 (got 32000)", 8192],
  ["max_tokens must be at least 1", undefined],
  ["prompt is too long: 208310 tokens > 20000 maximum", undefined],
];
for (const [body, allowed] of cases)
  test(`“${body}” allows ${allowed ?? "what was asked for"}`, () =>
    assert.equal(allowedTokens(body, 32_000), allowed));
