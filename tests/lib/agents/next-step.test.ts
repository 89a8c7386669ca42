import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type LeftStep, type NextStep, nextStep, type StepRules } from "#lib/agents/next-step.ts";
import { ModelError } from "#lib/models/model-error.ts";
import { fold } from "#lib/protocol/fold.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import type { EventBody } from "#lib/protocol/run-event.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import {
  continueStep,
  finishStep,
  firstTs,
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
  steered,
  textDelta,
  textEnd,
  textStart,
  toolApprovalRequest,
  toolApprovalResponse,
  toolInputAvailable,
  toolInputDelta,
  toolInputStart,
  toolOutputAvailable,
  toolOutputError,
  toolStart,
  usageEvent,
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

describe("a finished step", () => {
  const called = [toolInputStart("c", "add", "a"), toolInputAvailable("c", "add", {}), toolStart("c")];
  const answered = [startStep("a"), ...called, toolOutputAvailable("c", 42)];
  const finished = [...answered, finishStep("tool-calls", "a")];
  const next = { type: "start", index: 1 };
  const after = (log: EventBody[], rules: StepRules = {}) => nextStep(stateOf(log), rules);
  const failure = (step: NextStep) =>
    step.type === "end" && step.outcome.type === "failed" && step.outcome.failure instanceof ModelError
      ? step.outcome.failure.facts.reason
      : undefined;

  test("with results is followed by another, whatever the model gave as its reason", () => {
    assert.deepEqual(after(finished), next);
    assert.deepEqual(after([...answered, finishStep("stop", "a")]), next);
  });

  test("whose answer was cut off is not", () => {
    assert.equal(after([...answered, finishStep("length", "a")]).type, "end");
  });

  test("is the last where the agent may have no more", () => {
    assert.equal(failure(after(finished, { maxSteps: 1 })), "agent-steps");
    assert.deepEqual(after(finished, { maxSteps: 2 }), next);
    assert.deepEqual(after(finished, { maxSteps: 1, answersAtCap: true }), { ...next, isLast: true });
    const total = { inputTokens: 60, outputTokens: 40, source: "provider" } as const;
    const spent = [...finished, usageEvent(total)];
    assert.equal(failure(after(spent, { maxTokens: 100 })), "agent-tokens");
    assert.deepEqual(after(spent, { maxTokens: 101 }), next);
  });

  test("is the last where the time is up, of which what people took is none, and what no process was there", () => {
    const now = firstTs + 1000;
    assert.equal(failure(after(finished, { maxMs: 1000, now })), "agent-time");
    const waited = [...finished, toolApprovalResponse("x")];
    assert.deepEqual(after(waited, { maxMs: 1000, now }), next);
    const [begun, ...rest] = finished;
    assert.ok(begun);
    const takenOver = [begun, { ...continueStep("a"), afterMs: 500 }, ...rest];
    assert.deepEqual(after(takenOver, { maxMs: 1000, now }), next);
  });

  test("with an output that is the answer is followed by a step that no model is asked for", () => {
    const answerOf = ({ toolName, output }: ToolPart) => (toolName === "add" ? { output } : undefined);
    const direct = { type: "direct", index: 1, output: 42 };
    assert.deepEqual(after(finished, { answerOf }), direct);
    const begun = [...finished, startStep("b", 1)];
    const half = after([...begun, textStart("t", "b"), textDelta("4", "t")], { answerOf });
    assert.ok(half.type === "direct" && half.step?.stepId === "b");
    const failed = [startStep("a"), ...called, toolOutputError("c"), finishStep("tool-calls", "a")];
    assert.deepEqual(after(failed, { answerOf }), next);
  });

  test("without an answer is asked once more with what was wrong, three times in a row", () => {
    const bad = (stepId: string, index: number): EventBody[] => [
      startStep(stepId, index),
      { ...finishStep("stop", stepId), fault: "it was empty" },
    ];
    assert.deepEqual(after(bad("a", 0)), { ...next, fault: "it was empty" });
    const three = [...bad("a", 0), ...bad("b", 1), ...bad("c", 2)];
    assert.deepEqual(after(three), { type: "start", index: 3, fault: "it was empty" });
    assert.equal(failure(after([...three, ...bad("d", 3)])), "no-answer");
  });

  test("with thoughts and no answer, however often it was asked for, is a failure that can be seen", () => {
    const bad = (stepId: string, index: number): EventBody[] => [
      ...[startStep(stepId, index), reasoningStart(`r${index}`), reasoningDelta("hm", `r${index}`)],
      { ...finishStep("stop", stepId), fault: "it led to nothing" },
    ];
    const three = [...bad("a", 0), ...bad("b", 1), ...bad("c", 2)];
    assert.equal(after(three).type, "start");
    assert.equal(failure(after([...three, ...bad("d", 3)])), "no-answer");
  });

  test("behind which a person has said something is followed by one that sees it", () => {
    const written = [startStep("a"), textStart("t", "a"), finishStep("stop", "a")];
    assert.equal(after(written).type, "end");
    assert.deepEqual(after([...written, steered("and in French?")]), next);
    assert.equal(after([steered("before"), ...written]).type, "end");
  });

  test("without parts has seen what was said before it, and not what was said behind it", () => {
    const ended = [startStep("a"), textStart("t", "a"), finishStep("stop", "a")];
    const empty = [startStep("b", 1), finishStep("stop", "b")];
    assert.equal(after([...ended, steered("and in French?"), ...empty]).type, "end");
    assert.equal(after([steered("before"), ...empty]).type, "end");
    assert.deepEqual(after([...ended, ...empty, steered("and in French?")]), { ...next, index: 2 });
  });
});

describe("an unfinished step", () => {
  const text = [textStart("t", "a"), textDelta("half", "t")];
  const thought = [reasoningStart("r", "a"), reasoningDelta("hm", "r")];
  const call = [toolInputStart("c", "add", "a"), toolInputDelta("c", '{"a":')];
  const complete = [...call, toolInputAvailable("c", "add", {})];
  const outcomes: [holds: string, parts: EventBody[], next: LeftStep["type"] | "calls"][] = [
    ["nothing", [], "reset"],
    ["thoughts only", thought, "reset"],
    ["a text that nobody can see", [textStart("t", "a"), textDelta("\n \u200b", "t")], "reset"],
    ["text", text, "continue"],
    ["text that has ended, and a thought behind it", [...text, textEnd("t"), ...thought], "continue"],
    ["a refusal", [refusalDelta("I would rather", "f", "a")], "continue"],
    ["a call that was begun", call, "reset"],
    ["text and a call that was begun", [...text, ...call], "calls"],
    ["text and a call that is complete and was not started", [...text, ...complete], "calls"],
    ["text and an object that was begun", [...text, objectStart("o", "recipe", 1, "a")], "reset"],
    ["a call that waits for a person", [...complete, toolApprovalRequest("c")], "calls"],
    ["a call that was started", [...text, ...complete, toolStart("c")], "calls"],
    ["calls that have been answered", [...complete, toolStart("c"), toolOutputAvailable("c")], "calls"],
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

  test("has not got on where it was left behind a call again, with no more text", () => {
    const had = [textStart("t", "a"), textDelta("one two", "t")];
    const begun = [startStep("a"), ...had, toolInputStart("c", "add", "a")];
    const at = (attempt: number, stalls: number) => ({
      ...{ type: "calls", stepId: "a" },
      left: left({ type: "continue", attempt, stalls, maxLength: 7, isShown: true }),
    });
    assert.deepEqual(nextStep(stateOf(begun)), at(2, 0));
    const again = (attempt: number, stalls: number) => ({
      ...{ ...continueStep("a", attempt), stalls, maxLength: 7 },
    });
    assert.deepEqual(nextStep(stateOf([...begun, again(2, 0)])), at(3, 1));
    assert.deepEqual(nextStep(stateOf([...begun, again(7, 5)])), tooLong);
  });
});
