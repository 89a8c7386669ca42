import assert from "node:assert/strict";
import { test } from "node:test";
import { spentTokens } from "#lib/storage/core/spent-tokens.ts";
import { maxTokensOfSpender } from "#lib/storage/limit-store.ts";

const cases: [tokens: number, counted: number][] = [
  [0, 0],
  [7, 7],
  [0.1, 1],
  [-3, 0],
  [-Infinity, 0],
  [Number.NaN, 0],
  [maxTokensOfSpender, maxTokensOfSpender],
  [9e15, maxTokensOfSpender],
  [1e308, maxTokensOfSpender],
  [Infinity, maxTokensOfSpender],
];
for (const [tokens, counted] of cases)
  test(`${tokens} tokens count as ${counted}`, () => assert.equal(spentTokens(tokens), counted));
