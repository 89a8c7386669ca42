import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { knownUsage, maxTokensOfRequest, reportedCount } from "#lib/models/known-usage.ts";

describe("of what a provider reports", () => {
  for (const figure of [0, 1, maxTokensOfRequest])
    test(`${figure} is believed`, () => {
      const report = { inputTokens: figure, cachedInputTokens: figure, source: "provider" } as const;
      assert.deepEqual(knownUsage(report), report);
    });
  for (const figure of [-1, 0.5, maxTokensOfRequest + 1, 2 ** 31, 9e15, 1e308, Infinity, Number.NaN])
    test(`${figure} is unknown, whatever the other figures are`, () => {
      const known = { outputTokens: 3, source: "provider" } as const;
      assert.deepEqual(knownUsage({ ...known, inputTokens: figure, reasoningTokens: figure }), known);
      assert.equal(knownUsage({ source: "provider", inputTokens: figure }), undefined);
    });
});

test("a figure is a whole number from 0 on, also one that is written as a text", () => {
  for (const [figure, count] of [
    [5, 5],
    ["12", 12],
    ...[-1, "-1", 1.5, "", " ", "x", null, {}, [5]].map((each) => [each, undefined] as const),
  ] as const)
    assert.equal(reportedCount(figure), count, JSON.stringify(figure));
});
