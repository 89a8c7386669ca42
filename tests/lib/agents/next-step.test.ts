import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type LeftStep, nextStep } from "#lib/agents/next-step.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import {
  continueStep,
  finishStep,
  ids,
  modelResponse,
  numbered,
  objectStart,
  reasoningDelta,
  reasoningStart,
  refusalDelta,
  resetStep,
  retry,
  start,
  startStep,
  textDelta,
  textEnd,
  textStart,
  toolApprovalRequest,
  toolInputAvailable,
  toolInputDelta,
  toolInputStart,
  toolOutputAvailable,
  toolStart,
} from "../../support/event-builders.ts";

const stateOf = (log: readonly EventBody[]) => numbered([start(), ...log]).reduce(fold, emptyRun(ids.run));
const resets = (count: number) => Array.from({ length: count }, (_, at) => resetStep("a", at + 2));

const left = (fields: Partial<LeftStep> = {}): LeftStep => ({
  ...{ type: "reset", stepId: "a", index: 0, attempt: 2, retries: 0 },
  ...{ stalls: 1, maxLength: 0, isShown: false },
  ...fields,
});
const tooLong = {
  type: "end",
  outcome: {
    type: "interrupted",
    reason: "time-limit",
    errorText: "the answer takes longer than this server may run",
  },
};

const cases: [title: string, log: EventBody[], next: object][] = [
  ["a run that never began asks its first step", [], { type: "start", index: 0 }],
  ["what was retried in it counts", [startStep("a"), retry(1), retry(2)], left({ retries: 2 })],
  [
    "behind a finished step it is the newest one that is asked",
    [startStep("a"), finishStep("tool-calls", "a"), startStep("b", 1)],
    left({ stepId: "b", index: 1 }),
  ],
  [
    "a step inside a tool call is not the agent's to ask",
    [startStep("a"), { ...startStep("b", 1), parentToolCallId: "c" }],
    left(),
  ],
  [
    "of two steps at once the open one is asked, be it the older one",
    [startStep("a"), startStep("b", 1), finishStep("stop", "b")],
    left(),
  ],
  ["the sixth attempt is made", [startStep("a"), ...resets(4)], left({ attempt: 6, stalls: 5 })],
  ["a seventh is not: the run is given up", [startStep("a"), ...resets(5)], tooLong],
  [
    "a finished step is never asked again: the run ends as the model did",
    [startStep("a"), ...resets(5), finishStep("length", "a")],
    { type: "end", outcome: { type: "finished", finishReason: "length" } },
  ],
];

for (const [title, log, next] of cases) test(title, () => assert.deepEqual(nextStep(stateOf(log)), next));

describe("an unfinished step", () => {
  const text = [textStart("t", "a"), textDelta("half", "t")];
  const thought = [reasoningStart("r", "a"), reasoningDelta("hm", "r")];
  const call = [toolInputStart("c", "add", "a"), toolInputDelta("c", '{"a":')];
  const complete = [...call, toolInputAvailable("c", "add", {})];
  const outcomes: [holds: string, parts: EventBody[], next: LeftStep["type"] | "answer-calls"][] = [
    ["nothing", [], "reset"],
    ["thoughts only", thought, "reset"],
    ["a text that nobody can see", [textStart("t", "a"), textDelta("\n \u200b", "t")], "reset"],
    ["text", text, "continue"],
    ["text that has ended, and a thought behind it", [...text, textEnd("t"), ...thought], "continue"],
    ["a refusal", [refusalDelta("I would rather", "f", "a")], "continue"],
    ["text and a call that was begun", [...text, ...call], "reset"],
    ["text and a call that is complete and was not started", [...text, ...complete], "reset"],
    ["text and an object that was begun", [...text, objectStart("o", "recipe", 1, "a")], "reset"],
    ["a call that waits for a person", [...complete, toolApprovalRequest("c")], "answer-calls"],
    ["a call that was started", [...text, ...complete, toolStart("c")], "answer-calls"],
    [
      "calls that have been answered",
      [...complete, toolStart("c"), toolOutputAvailable("c")],
      "answer-calls",
    ],
  ];
  for (const [holds, parts, type] of outcomes)
    test(`with ${holds}: ${type}`, () =>
      assert.equal(nextStep(stateOf([startStep("a"), ...parts])).type, type));

  test("of whose answer the provider keeps the rest goes on there, be it thoughts, or from the beginning", () => {
    const read = (cursor: number) => ({ ...reasoningDelta("hm", "r"), cursor });
    const begun = [startStep("a"), modelResponse("resp-1", "a")];
    const response = { responseId: "resp-1" };
    assert.deepEqual(nextStep(stateOf(begun)), left({ response }));
    assert.deepEqual(
      nextStep(stateOf([...begun, reasoningStart("r", "a"), read(7)])),
      left({ type: "continue", isShown: true, response: { ...response, cursor: 7 } }),
    );
    assert.equal(nextStep(stateOf([...begun, reasoningStart("r", "a"), read(7), ...call])).type, "reset");
  });
});

describe("an answer that changes hands", () => {
  let log: EventBody[] = [];

  function more(attempt: number, delta: string): void {
    const before = nextStep(stateOf(log));
    assert.ok(before.type === "continue");
    const { stalls, maxLength } = before;
    log = [...log, { ...continueStep("a", attempt), stalls, maxLength }, textDelta(delta, "t")];
  }

  test("goes on for as long as that brings new text, however often", () => {
    log = [startStep("a"), textStart("t", "a"), textDelta("one ", "t")];
    for (let attempt = 2; attempt < 40; attempt += 1) more(attempt, "two ");
    assert.deepEqual(
      nextStep(stateOf(log)),
      left({ type: "continue", attempt: 40, stalls: 0, maxLength: 4 * 39, isShown: true }),
    );
  });

  test("is given up when six attempts in a row brought nothing new", () => {
    log = [startStep("a"), textStart("t", "a"), textDelta("one ", "t")];
    for (let attempt = 2; attempt < 8; attempt += 1) more(attempt, attempt < 3 ? "two" : "");
    assert.deepEqual(
      nextStep(stateOf(log)),
      left({ type: "continue", attempt: 8, stalls: 5, maxLength: 7, isShown: true }),
    );
    more(8, "");
    assert.deepEqual(nextStep(stateOf(log)), tooLong);
  });

  test("is given up, too, where its model begins it anew each time, whatever it says", () => {
    log = [startStep("a"), textStart("t", "a"), textDelta("one ", "t")];
    for (let attempt = 2; attempt < 8; attempt += 1) {
      more(attempt, "one and two ");
      log = [...log, continueStep("a", attempt, "begun-anew")];
    }
    assert.deepEqual(nextStep(stateOf(log)), tooLong);
  });

  test("has not got on where the text that it had was dropped with a call: that counts too", () => {
    const had = [textStart("t", "a"), textDelta("one two", "t")];
    const begun = [startStep("a"), ...had, toolInputStart("c", "add", "a")];
    assert.deepEqual(nextStep(stateOf(begun)), left({ maxLength: 7, isShown: true }));
    const less = [{ ...resetStep("a", 2), maxLength: 7 }, textStart("u", "a"), textDelta("one", "u")];
    assert.deepEqual(
      nextStep(stateOf([...begun, ...less])),
      left({ type: "continue", attempt: 3, stalls: 2, maxLength: 7, isShown: true }),
    );
  });
});
