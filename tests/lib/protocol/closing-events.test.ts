import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { closingEvents } from "#lib/protocol/closing-events.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { Part, ToolPart } from "#lib/protocol/message.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { emptyRun, openSteps, type RunState } from "#lib/protocol/run-state.ts";
import * as b from "../../support/event-builders.ts";
import { stateAfter } from "../../support/fold-cases.ts";
import { randomLog } from "../../support/random-log.ts";

const reason = { code: "stopped", errorText: "it was stopped" };
const answered = (toolCallId: string): EventBody => ({
  type: "tool-output-error",
  toolCallId,
  errorText: "it was stopped",
  code: "stopped",
});
const cutShort = (toolCallId: string, input: string): EventBody => ({
  type: "tool-input-error",
  toolCallId,
  toolName: "add",
  input,
  errorText: "it was stopped",
});
const finished = (stepId: string): EventBody => ({ type: "finish-step", stepId, finishReason: "other" });

const cases: [what: string, written: EventBody[], closing: EventBody[]][] = [
  ["nothing that is open needs nothing", [], []],
  ["a step is finished", [b.startStep()], [finished("step-1")]],
  ["a finished step is not finished again", [b.startStep(), b.finishStep()], []],
  ["a text is ended", [b.startStep(), b.textStart()], [b.textEnd(), finished("step-1")]],
  ["a thought is ended", [b.startStep(), b.reasoningStart()], [b.reasoningEnd(), finished("step-1")]],
  ["a refusal has no end", [b.startStep(), b.refusalDelta("no")], [finished("step-1")]],
  [
    "an object ends invalid",
    [b.startStep(), b.objectStart("o")],
    [
      { type: "object-end", id: "o", value: null, valid: false, errors: ["it was stopped"] },
      finished("step-1"),
    ],
  ],
  [
    "a call whose arguments are incomplete fails by them",
    [b.startStep(), b.toolInputStart(), b.toolInputDelta("call-1", '{"a')],
    [cutShort("call-1", '{"a'), finished("step-1")],
  ],
  ...(
    [
      ["is ready", []],
      ["runs", [b.toolStart()]],
      ["has a preliminary output", [{ ...b.toolOutputAvailable(), preliminary: true }]],
      ["waits for a person", [b.toolApprovalRequest()]],
    ] satisfies [string, EventBody[]][]
  ).map(([how, more]): [string, EventBody[], EventBody[]] => [
    `a call that ${how} is answered`,
    [b.startStep(), b.toolInputStart(), b.toolInputAvailable(), ...more],
    [answered("call-1"), finished("step-1")],
  ]),
  [
    "what has an end is left as it is",
    [
      ...[b.startStep(), b.textStart(), b.textEnd(), b.toolInputStart(), b.toolOutputDenied()],
      ...[b.handoff(), b.sourceUrl(), b.steered("more")],
    ],
    [finished("step-1")],
  ],
  [
    "of several open steps the newest is closed first, each after its own parts",
    [b.startStep("a"), b.startStep("b", 1), b.textStart("t", "a"), b.textStart("u", "b")],
    [b.textEnd("u"), finished("b"), b.textEnd("t"), finished("a")],
  ],
  [
    "a step inside a call is finished before the call is answered, and that before its own step is finished",
    [
      ...[b.startStep("a"), b.toolInputStart("call-1"), b.toolInputAvailable("call-1")],
      ...[b.startStep("b", 1, "poet", { parentToolCallId: "call-1" }), b.textStart("t")],
      ...[b.toolInputStart("call-2"), b.toolInputAvailable("call-2")],
      ...[b.startStep("c", 2, "poet", { parentToolCallId: "call-2" })],
    ],
    [finished("c"), b.textEnd("t"), answered("call-2"), finished("b"), answered("call-1"), finished("a")],
  ],
  [
    "a call of a finished step is answered after the steps inside it are finished",
    [
      ...[b.startStep("a"), b.toolInputStart("call-1"), b.toolInputAvailable("call-1")],
      ...[b.finishStep("tool-calls", "a"), b.startStep("b", 1, "poet", { parentToolCallId: "call-1" })],
    ],
    [finished("b"), answered("call-1")],
  ],
  ["a part of no step is ended too", [b.textStart("t"), b.startStep()], [finished("step-1"), b.textEnd("t")]],
];

for (const [what, written, closing] of cases) {
  test(`before a run ends: ${what}`, () => {
    assert.deepEqual(closingEvents(stateAfter(...written), reason), closing);
  });
}

test("after the closing events of any log nothing is open, inner steps were closed first, and no more is needed", () => {
  fc.assert(
    fc.property(randomLog, (events) => {
      const state = events.reduce(fold, emptyRun(b.ids.run));
      const closing = b.numbered(closingEvents(state, reason), { startAt: state.seq + 1 });
      let closed = state;
      for (const event of closing) {
        const before = closed;
        closed = fold(closed, event);
        assert.notDeepEqual({ ...before, seq: 0, lastAt: 0 }, { ...closed, seq: 0, lastAt: 0 }, event.type);
        for (const part of closed.parts.filter(isAnswered)) assertNothingRunsIn(part, closed);
      }
      assert.deepEqual(openSteps(closed), []);
      assert.deepEqual(closed.parts.filter(isOpenPart), []);
      assert.deepEqual(closingEvents(closed, reason), []);

      function assertNothingRunsIn({ toolCallId }: ToolPart, after: RunState): void {
        const wasAnswered = state.parts.some((part) => isAnswered(part) && part.toolCallId === toolCallId);
        const runs = openSteps(after).some(({ parentToolCallId }) => parentToolCallId === toolCallId);
        // A random log may have answered it itself.
        assert.ok(wasAnswered || !runs, `${toolCallId} was answered while a step ran in it`);
      }
    }),
  );
});

const isOpenPart = ({ type, endedAt }: Part): boolean => endedAt === undefined && type !== "refusal";
const isAnswered = (part: Part): part is ToolPart => part.type === "tool" && part.endedAt !== undefined;
