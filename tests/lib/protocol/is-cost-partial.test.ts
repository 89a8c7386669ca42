import assert from "node:assert/strict";
import { test } from "node:test";
import { demoModelId } from "#lib/protocol/demo-model-id.ts";
import { isCostPartial } from "#lib/protocol/is-cost-partial.ts";
import type { AssistantMessage } from "#lib/protocol/message.ts";
import type { Usage } from "#lib/protocol/run-event.ts";

const tokens: Usage = { inputTokens: 1, outputTokens: 1, source: "provider" };
const priced: Usage = { ...tokens, cost: 0.01 };

const answer = (
  before: Usage[],
  total?: Usage,
  fields: Partial<AssistantMessage> = {},
): AssistantMessage => ({
  id: "a",
  parentId: "q",
  runId: "r",
  role: "assistant",
  createdAt: 0,
  agent: "assistant",
  model: "model",
  parts: [],
  ending: { type: "abort", by: "user", ...(total && { total }) },
  ...(before.length > 0 && { spentBefore: before }),
  ...fields,
});

const cases: [what: string, answer: AssistantMessage, isPartial: boolean][] = [
  ["each run says it", answer([priced], priced), false],
  ["none says it", answer([tokens], tokens), false],
  ["the only run says it", answer([], priced), false],
  ["the newest was stopped without a report", answer([priced]), true],
  ["the newest is of a model without prices", answer([priced], tokens), true],
  ["an earlier one does not", answer([tokens, priced], priced), true],
  ["the newest is cut off", answer([priced], undefined, interrupted()), true],
  ["the newest is the demo's", answer([priced], tokens, { model: demoModelId }), false],
];

function interrupted(): Partial<AssistantMessage> {
  return { ending: { type: "interrupted", reason: "owner-gone", errorText: "" } };
}

for (const [what, given, isPartial] of cases)
  test(`what an answer has cost ${isPartial ? "may be more than is known" : "is all or nothing"}: ${what}`, () =>
    assert.equal(isCostPartial(given), isPartial));
