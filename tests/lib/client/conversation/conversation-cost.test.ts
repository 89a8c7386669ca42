import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { conversationCost } from "#lib/client/conversation/conversation-cost.ts";
import { demoModelId } from "#lib/protocol/demo-model-id.ts";
import type { AssistantMessage, Message, Part } from "#lib/protocol/message.ts";

const text: Part = { type: "text", id: "t", text: "words", stepId: "s", startedAt: 1, endedAt: 2 };
const question: Message = { id: "q", parentId: null, runId: "r", role: "user", createdAt: 0, text: "?" };

/** An answer that has cost so much; undefined: nobody knows. */
const answer = (cost?: number, fields: Partial<AssistantMessage> = {}): Message => ({
  id: "a",
  parentId: "q",
  runId: "r",
  role: "assistant",
  createdAt: 0,
  agent: "assistant",
  model: "model",
  parts: [text],
  ending: {
    type: "finish",
    finishReason: "stop",
    ...(cost !== undefined && { total: { cost, source: "provider" } }),
  },
  ...fields,
});

describe("what a conversation has cost", () => {
  const cases: [title: string, answers: Message[], cost: ReturnType<typeof conversationCost>][] = [
    [
      "all its answers have, those that are not shown too",
      [answer(0.1), answer(0.2)],
      { dollars: 0.3, isPartial: false },
    ],
    ["is not said where none is known", [answer(), answer()], undefined],
    ["nor beside the one answer that has cost it", [answer(0.1)], undefined],
    [
      "is partial where that of an answer is unknown",
      [answer(0.1), answer()],
      { dollars: 0.1, isPartial: true },
    ],
    [
      "not where that answer is the demo's",
      [answer(0.1), answer(undefined, { model: demoModelId })],
      { dollars: 0.1, isPartial: false },
    ],
    [
      "nor where no model wrote",
      [answer(0.1), answer(undefined, { parts: [] })],
      { dollars: 0.1, isPartial: false },
    ],
    [
      "has what earlier runs of an answer have cost",
      [answer(0.1, { spentBefore: [{ cost: 0.5, source: "provider" }] }), answer(0)],
      { dollars: 0.6, isPartial: false },
    ],
    [
      "is partial where another server asked for something that nobody has counted",
      [answer(0.1, { takeovers: [{ type: "continued", isUnreported: true }] }), answer(0)],
      { dollars: 0.1, isPartial: true },
    ],
    [
      "is partial where an earlier run of an answer was not counted",
      [answer(0.1, { spentBefore: [{ source: "provider" }] }), answer(0)],
      { dollars: 0.1, isPartial: true },
    ],
    [
      "is partial where an answer went on and was stopped without a report",
      [answer(undefined, { spentBefore: [{ cost: 0.01, source: "provider" }] }), answer(0.02)],
      { dollars: 0.03, isPartial: true },
    ],
    ["may be nothing", [answer(0), answer(0)], { dollars: 0, isPartial: false }],
  ];
  for (const [title, answers, cost] of cases)
    test(title, () => assert.deepEqual(conversationCost([question, ...answers]), cost));
});
