import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConversationState } from "#lib/client/conversation/conversation-state.ts";
import { keepTurns, turnsOf } from "#lib/client/conversation/turns.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { after, half, problem, r1, r2, r3, situations } from "../../../support/conversation-situations.ts";
import { textOf } from "../../../support/run-bench.ts";

const at = 1;
const { settled, writing } = situations;

/** Each turn as `question > answer (state of what is pending)`. */
const shown = (state: ConversationState): string[] =>
  turnsOf(state).map(({ text, answer, pending }) =>
    [text, ">", answer ? textOf(answer) : "…", pending && `(${pending.state})`].filter(Boolean).join(" "),
  );

const asked = (how: "retry" | "continue") => after(settled, { type: "asked-again", how, runId: r3, at });
const refused = (state: ConversationState) =>
  after(state, { type: "refused", run: emptyRun(r3), problem: problem(503) });

const rows: [promise: string, ConversationState, string[]][] = [
  ["a pending question is a turn of its own", situations.sending, ["question > … (sending)"]],
  ["its answer takes its place, once there are words of it", writing, ["question > half"]],
  ["a queued question stands behind it", situations.queued, ["question > half", "next > … (sending)"]],
  [
    "an answer that is written again stays until there are words of the one that comes",
    asked("retry"),
    ["before > answered (sending)"],
  ],
  ["also if that was refused", refused(asked("retry")), ["before > answered (not-sent)"]],
  ["an answer that is continued stays", asked("continue"), ["before > answered (sending)"]],
  ["also if that was refused", refused(asked("continue")), ["before > answered (not-sent)"]],
];
for (const [promise, state, expected] of rows) test(promise, () => assert.deepEqual(shown(state), expected));

test("an answer that is being continued has no ending, and has it back if that was refused", () => {
  const endingOf = (state: ConversationState) => turnsOf(state)[0]?.answer?.ending?.type;
  assert.equal(endingOf(asked("continue")), undefined);
  assert.equal(endingOf(refused(asked("continue"))), "finish");
});

test("the key of a turn is the same from the pending question to the saved answer", () => {
  const whole = after(writing, {
    type: "run-ended",
    run: { ...half, ending: { type: "abort", by: "user" } },
  });
  const keys = [situations.sending, writing, whole].map((state) => turnsOf(state)[0]?.key);
  assert.deepEqual(keys, [r1, r1, r1]);
});

test("only the live run is one, and a truncated answer says so", () => {
  assert.equal(turnsOf(writing)[0]?.liveRun, half);
  assert.equal(turnsOf(settled)[0]?.liveRun, undefined);
  const truncated = { ...writing, truncatedRuns: new Set([r1]) };
  assert.deepEqual([turnsOf(truncated)[0]?.isTruncated, turnsOf(writing)[0]?.isTruncated], [true, undefined]);
});

test("every turn that equals the one before it is that object, the others are new", () => {
  const before = turnsOf(after(settled, { type: "sent", runId: r2, text: "next", at }));
  const again = keepTurns(before, structuredClone(before.map((turn) => ({ ...turn }))));
  assert.notEqual(again[1], before[1], "what is pending is compared by identity");
  assert.equal(keepTurns(before, [...before.map((turn) => ({ ...turn }))])[0], before[0]);
  for (const change of [{ text: "x" }, { key: "x" }, { isTruncated: true as const }, { liveRun: half }])
    assert.notEqual(keepTurns(before, [{ ...before[0], ...change } as (typeof before)[0]])[0], before[0]);
});
