import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { messageTokens } from "#lib/history/message-tokens.ts";
import { planSummary } from "#lib/history/plan-summary.ts";
import { summaryRequest } from "#lib/history/summary-request.ts";
import type { AssistantMessage, HistorySummary, Message, ToolPart } from "#lib/protocol/message.ts";
import { type ChatJson, historyCases } from "../../support/history-cases.ts";
import { skipWithoutShared } from "../../support/shared-files.ts";

/** A question and its answer, of about 110 tokens. */
const turn = (n: number, more: { summary?: HistorySummary; isOutside?: boolean } = {}): Message[] => {
  const { summary, isOutside } = more;
  const read: ToolPart = {
    ...{ type: "tool", stepId: "s", toolCallId: `c${n}`, toolName: "read", state: "output-available" },
    ...{ inputText: "{}", output: "page", attempt: 1, startedAt: 1, isOutside: isOutside === true },
  };
  return [
    { id: `q${n}`, parentId: null, runId: "r", role: "user", createdAt: n, text: `question ${n}` },
    {
      ...{
        id: `a${n}`,
        parentId: `q${n}`,
        runId: "r",
        role: "assistant",
        createdAt: n,
        agent: "a",
        model: "m",
      },
      parts: [
        ...(isOutside === undefined ? [] : [read]),
        { type: "text", id: "t", stepId: "s2", startedAt: 1, text: "x".repeat(270) },
      ],
      ...(summary && { summary }),
    },
  ];
};
const asked: Message = { id: "q", parentId: null, runId: "r", role: "user", createdAt: 99, text: "And now?" };
const turns = (count: number): Message[] => Array.from({ length: count }, (_, n) => turn(n)).flat();

test("it is due before anything has to be left out, and of the oldest whole turns", () => {
  assert.equal(planSummary([...turns(6), asked], 1000), undefined);
  const plan = planSummary([...turns(8), asked], 1000) ?? assert.fail();
  assert.deepEqual(plan.messages, turns(5));
  assert.deepEqual(
    [plan.upTo, plan.messageCount, plan.isOutside, plan.previous],
    ["a4", 10, false, undefined],
  );
});

test("none is due without a budget, or where the newest question alone is what takes the room", () => {
  assert.equal(planSummary([...turns(50), asked], Infinity), undefined);
  assert.equal(planSummary([{ ...asked, text: "x".repeat(9000) }], 1000), undefined);
  assert.equal(planSummary([...turns(1), { ...asked, text: "x".repeat(9000) }], 3000), undefined);
});

test("the next one is of the last one and of what came behind it", () => {
  const summary = { upTo: "a4", messageCount: 10, text: "Notes." };
  const path = [...turns(8), ...turn(8, { summary }), asked];
  assert.equal(planSummary(path, 1000), undefined);
  const longer = [...path.slice(0, -1), ...[9, 10, 11, 12].flatMap((n) => turn(n)), asked];
  const plan = planSummary(longer, 1000) ?? assert.fail();
  assert.equal(plan.previous?.text, "Notes.");
  assert.deepEqual(plan.messages.map(({ id }) => id).slice(0, 2), ["q5", "a5"]);
  assert.equal(plan.messageCount, 10 + plan.messages.length);
});

/** A question that its model has refused as too long. */
const refused = (characters: number): Message[] => [
  { ...asked, id: "huge", text: "x".repeat(characters) },
  {
    ...assistantOf("too-long", "huge"),
    ending: { type: "error", code: "context-too-long", errorText: "too long", retryable: false },
  },
];

test("a question that was refused as too long makes none due, and what stands around it is summarised without it", () => {
  assert.equal(planSummary([...turns(4), ...refused(100_000), asked], 1000), undefined);
  const path = [...turns(2), ...refused(100_000), ...turns(8).slice(4), asked];
  const plan = planSummary(path, 1000) ?? assert.fail();
  assert.deepEqual(plan.messages, turns(5));
  assert.deepEqual([plan.upTo, plan.messageCount], ["a4", 12]);
});

test("it is of no more than its request holds, whatever stands behind that, and of nothing where that is no turn", () => {
  const path = [...turns(60), asked];
  const plan = planSummary(path, 2000) ?? assert.fail();
  assert.ok(plan.messageCount > 20 && plan.messageCount < 40, String(plan.messageCount));
  assert.equal(plan.upTo, path[plan.messageCount - 1]?.id);
  const sent = summaryRequest(plan, 2000);
  assert.ok(sent.reduce((sum, message) => sum + messageTokens(message), 0) <= 2000);
  assert.equal(JSON.stringify(sent).split("Person:").length - 1, plan.messageCount / 2);
  const huge: Message = { ...asked, id: "first", text: "x".repeat(9000) };
  assert.equal(planSummary([huge, ...turns(8), asked], 2000), undefined);
});

test("one that failed is tried again three answers later", () => {
  const summary = { upTo: "a4", messageCount: 10, errorText: "away" };
  const path = (more: number) => [
    ...turns(8),
    ...turn(8, { summary }),
    ...Array.from({ length: more }, (_, n) => turn(9 + n)).flat(),
    asked,
  ];
  assert.deepEqual(
    [0, 1, 2, 3].map((more) => planSummary(path(more), 1000) !== undefined),
    [false, false, false, true],
  );
});

test("S61 it knows that others wrote some of it, or of what was summarised before", () => {
  const isOutside = (path: Message[]) => planSummary(path, 1000)?.isOutside;
  const rest = [1, 2, 3, 4, 5, 6, 7].flatMap((n) => turn(n));
  assert.equal(isOutside([...turn(0, { isOutside: true }), ...rest, asked]), true);
  assert.equal(isOutside([...turn(0, { isOutside: false }), ...rest, asked]), false);
  const summary = { upTo: "a0", messageCount: 2, text: "Notes.", isOutside: true };
  assert.equal(isOutside([...turn(0), ...turn(1, { summary }), ...rest.slice(2), ...turn(8), asked]), true);
});

describe("worked cases of others", { skip: skipWithoutShared }, () => {
  test("of each one of op compact whole turns are summarised, wherever the budget is, and the newest question stays", () => {
    const cases = historyCases("compact");
    assert.equal(cases.length, 2);
    for (const { id, history } of cases) {
      // Long enough for a request that holds its instructions too.
      const path = pathOf([1, 2, 3, 4, 5, 6].flatMap(() => history));
      const counts = new Set<number>();
      for (let budget = 450; budget < 1500; budget += 10) {
        const plan = planSummary([...path, asked], budget);
        if (!plan) continue;
        counts.add(plan.messageCount);
        assert.deepEqual(plan.messages, path.slice(0, plan.messageCount), id);
        assert.equal([...path, asked][plan.messageCount]?.role, "user", id);
      }
      assert.ok(counts.size > 3, id);
    }
  });
});

/** Calls with their results are parts of the answer that they stand in. */
function pathOf(history: readonly ChatJson[]): Message[] {
  const path: Message[] = [];
  for (const { role, content, tool_calls = [] } of history) {
    const [id, last] = [`m${path.length}`, path.at(-1)];
    if (role === "user")
      path.push({ id, parentId: last?.id ?? null, runId: "r", role, createdAt: 1, text: content ?? "" });
    if (role !== "assistant") continue;
    const calls = tool_calls.map(
      (call): ToolPart => ({
        ...{
          type: "tool",
          stepId: id,
          toolCallId: call.id,
          toolName: call.function.name,
          state: "output-available",
        },
        ...{ inputText: call.function.arguments, output: "5", startedAt: 1 },
      }),
    );
    const texts = content
      ? [{ type: "text" as const, id: "t", stepId: id, startedAt: 1, text: content }]
      : [];
    if (last?.role === "assistant")
      path[path.length - 1] = { ...last, parts: [...last.parts, ...texts, ...calls] };
    else path.push({ ...assistantOf(id, last?.id), parts: [...texts, ...calls] });
  }
  return path;
}

const assistantOf = (id: string, parentId = ""): AssistantMessage => ({
  ...{ id, parentId, runId: "r", role: "assistant", createdAt: 1, agent: "a", model: "m", parts: [] },
});
