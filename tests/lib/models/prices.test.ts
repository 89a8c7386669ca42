import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Prices, priceUsage } from "#lib/models/prices.ts";
import type { Usage } from "#lib/protocol/run-event.ts";

const usage = (inputTokens: number, outputTokens: number, cachedInputTokens?: number): Usage => ({
  inputTokens,
  outputTokens,
  ...(cachedInputTokens !== undefined && { cachedInputTokens }),
  source: "provider",
});

describe("what a request cost, by prices per million tokens", () => {
  const prices: Prices = { input: 0.25, output: 2 };
  const cases: [title: string, usage: Usage, prices: Prices, cost: number][] = [
    ["input and output each have their price", usage(1_000_000, 500_000), prices, 1.25],
    ["thoughts are a part of the output", { ...usage(0, 100), reasoningTokens: 90 }, prices, 0.0002],
    ["cached input without a price costs as other input", usage(1000, 0, 800), prices, 0.00025],
    ["with one, its own", usage(1000, 0, 800), { ...prices, cachedInput: 0.025 }, 0.00007],
    ["cached input may be free", usage(1000, 0, 1000), { ...prices, cachedInput: 0 }, 0],
    ["no more is cached than was read", usage(1000, 0, 9000), { ...prices, cachedInput: 0.1 }, 0.0001],
    ["a model of one's own is free", usage(1000, 1000), { input: 0, output: 0 }, 0],
    ["no digits of binary fractions", usage(3, 0), { input: 0.1, output: 0 }, 0.0000003],
  ];
  for (const [title, report, at, cost] of cases)
    test(title, () => assert.deepEqual(priceUsage(report, at), { ...report, cost }));
});

describe("it is unknown", () => {
  const cases: [title: string, usage: Usage, prices: Prices | undefined][] = [
    ["without prices", usage(1, 1), undefined],
    ["without input", { outputTokens: 1, source: "provider" }, { input: 1, output: 1 }],
    ["without output", { inputTokens: 1, source: "provider" }, { input: 1, output: 1 }],
  ];
  for (const [title, report, prices] of cases)
    test(title, () => assert.deepEqual(priceUsage(report, prices), report));
});
