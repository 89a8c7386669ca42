import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { addUsage } from "#lib/protocol/add-usage.ts";
import type { Usage } from "#lib/protocol/run-event.ts";

const provider = { source: "provider" } as const;
const estimated = { source: "estimated" } as const;

describe("the usage of several requests", () => {
  const cases: [title: string, spent: Usage | undefined, usage: Usage, total: Usage][] = [
    ["of one is its own", undefined, { inputTokens: 1, ...provider }, { inputTokens: 1, ...provider }],
    [
      "is the sum of each figure",
      { inputTokens: 1, outputTokens: 2, reasoningTokens: 1, cachedInputTokens: 1, ...provider },
      { inputTokens: 10, outputTokens: 20, reasoningTokens: 10, cachedInputTokens: 5, ...provider },
      { inputTokens: 11, outputTokens: 22, reasoningTokens: 11, cachedInputTokens: 6, ...provider },
    ],
    [
      "counts a figure that one does not know as what the other knows",
      { inputTokens: 1, ...provider },
      { outputTokens: 2, cost: 0.5, ...provider },
      { inputTokens: 1, outputTokens: 2, cost: 0.5, ...provider },
    ],
    ["knows nothing where none knows", provider, provider, provider],
    [
      "is estimated if one of them is",
      { outputTokens: 1, ...provider },
      { outputTokens: 1, ...estimated },
      { outputTokens: 2, ...estimated },
    ],
    [
      "costs what they cost, without digits of binary fractions",
      { cost: 0.1, ...provider },
      { cost: 0.2, ...provider },
      { cost: 0.3, ...provider },
    ],
    [
      "is a whole number of tokens, however many there are",
      { inputTokens: Number.MAX_SAFE_INTEGER, ...provider },
      { inputTokens: 5, ...provider },
      { inputTokens: Number.MAX_SAFE_INTEGER, ...provider },
    ],
  ];
  for (const [title, spent, usage, total] of cases)
    test(title, () => assert.deepEqual(addUsage(spent, usage), total));
});
