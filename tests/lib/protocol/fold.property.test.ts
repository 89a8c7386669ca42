import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fold } from "#lib/protocol/fold.ts";
import { withoutResponse } from "#lib/protocol/fold-steps.ts";
import type { Part } from "#lib/protocol/message.ts";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun, openSteps, type RunState, type Step } from "#lib/protocol/run-state.ts";
import { storedRun, upgradeRun } from "#lib/protocol/upgrade-run.ts";
import * as b from "../../support/event-builders.ts";
import { randomLog } from "../../support/random-log.ts";

const foldAll = (events: readonly RunEvent[], from = emptyRun(b.ids.run)): RunState =>
  events.reduce(fold, from);
const throughStore = (state: RunState): RunState => upgradeRun(JSON.parse(JSON.stringify(storedRun(state))));
const foldNext = (state: RunState, body: EventBody): RunState =>
  foldAll(b.numbered([body], { startAt: state.seq + 1 }), state);

test("a log folded in any cut, also through a store, is the log folded at once", () => {
  fc.assert(
    fc.property(randomLog, fc.array(fc.nat(60), { maxLength: 4 }), (events, at) => {
      const cuts = [0, ...at.map((cut) => Math.min(cut, events.length)).sort((a, c) => a - c), events.length];
      const pieces = cuts.slice(1).map((end, piece) => events.slice(cuts[piece], end));
      const whole = foldAll(events);
      assert.deepEqual(
        pieces.reduce((state, piece) => foldAll(piece, state), emptyRun(b.ids.run)),
        whole,
      );
      assert.deepEqual(
        pieces.reduce((state, piece) => throughStore(foldAll(piece, state)), emptyRun(b.ids.run)),
        whole,
      );
    }),
  );
});

/** The step and all that run inside its calls, by what each says of itself, until nothing is added. */
function nestOf(stepId: string, { steps, parts }: RunState): ReadonlySet<string> {
  const nest = new Set([stepId]);
  const isCalledIn = ({ parentToolCallId }: Step): boolean =>
    parts.some(
      (part) => part.type === "tool" && part.toolCallId === parentToolCallId && nest.has(part.stepId),
    );
  for (let size = 0; size < nest.size; ) {
    size = nest.size;
    for (const step of steps) if (isCalledIn(step)) nest.add(step.stepId);
  }
  return nest;
}

test("the reset of one of several open steps leaves the others and their parts untouched", () => {
  let several = 0;
  fc.assert(
    fc.property(randomLog, fc.nat(), (events, choice) => {
      const before = foldAll(events);
      const open = openSteps(before);
      const step = open[choice % open.length];
      if (!step) return;
      several += Number(open.length > 1);
      const nest = nestOf(step.stepId, before);
      const after = foldNext(before, b.resetStep(step.stepId, 9));
      const others = before.steps.filter(({ stepId }) => !nest.has(stepId));
      const itself = after.steps.find(({ stepId }) => stepId === step.stepId);
      assert.deepEqual(itself, { ...withoutResponse(step), attempt: 9 });
      sameValues(
        after.steps.filter((each) => each !== itself),
        others,
      );
      sameValues(
        after.parts,
        before.parts.filter(({ stepId }) => !nest.has(stepId)),
      );
    }),
    { numRuns: 400 },
  );
  assert.ok(several > 10, `only ${several} logs had several open steps`);
});

function sameValues(found: readonly object[], expected: readonly object[]): void {
  assert.equal(found.length, expected.length);
  for (const [at, value] of found.entries()) assert.ok(value === expected[at], `value ${at} is another one`);
}

test("an event copies no part and no step but the one that it changes", () => {
  fc.assert(
    fc.property(randomLog, (events) => {
      let before = emptyRun(b.ids.run);
      for (const event of events) {
        const after = fold(before, event);
        if (event.type !== "reset-step") {
          assert.ok(copied(before.parts, after.parts) <= 1, event.type);
          assert.ok(copied(before.steps, after.steps) <= 1, event.type);
        }
        if (event.type.endsWith("-delta") && !("cursor" in event))
          assert.ok(after.steps === before.steps, "a delta copies the steps");
        before = after;
      }
    }),
  );
});

const copied = (before: readonly object[], after: readonly object[]): number =>
  before.filter((value) => !after.includes(value)).length;

/** What a model says in one step: its parts open and close in turn. Ids are the step's own. */
const answers: fc.Arbitrary<("text" | "thought" | "call" | "object")[]> = fc.array(
  fc.constantFrom("text", "thought", "call", "object"),
  { maxLength: 6 },
);

function bodiesOf(stepId: string, parts: readonly ("text" | "thought" | "call" | "object")[]): EventBody[] {
  const written = parts.flatMap((part, at): EventBody[] => {
    const id = `${stepId}/${at}`;
    switch (part) {
      case "text":
        return [b.textStart(id, stepId), b.textDelta("a", id), b.textDelta("b", id), b.textEnd(id)];
      case "thought":
        return [b.reasoningStart(id, stepId), b.reasoningDelta("a", id), b.reasoningEnd(id)];
      case "call":
        return [
          ...[b.toolInputStart(id, "add", stepId), b.toolInputDelta(id, "{}"), b.toolInputAvailable(id)],
          ...[b.toolStart(id), b.toolOutputAvailable(id)],
        ];
      case "object":
        return [b.objectStart(id, "recipe", at, stepId), b.objectDelta("{}", id), b.objectEnd({}, true, id)];
      default:
        return part satisfies never;
    }
  });
  return [b.startStep(stepId), ...written, b.finishStep("stop", stepId)];
}

test("steps written at the same time fold to what each folds to alone", () => {
  fc.assert(
    fc.property(answers, answers, fc.infiniteStream(fc.boolean()), (one, other, turns) => {
      const left = { a: bodiesOf("a", one), b: bodiesOf("b", other) };
      const woven = weave(left.a, left.b, turns);
      for (const stepId of ["a", "b"] as const)
        assert.deepEqual(ofStep(stepId, foldAtOnce(woven)), ofStep(stepId, foldAtOnce(left[stepId])));
    }),
  );
});

function weave(
  one: readonly EventBody[],
  other: readonly EventBody[],
  turns: Iterable<boolean>,
): EventBody[] {
  const woven: EventBody[] = [];
  const [a, c] = [[...one], [...other]];
  for (const isFirst of turns) {
    if (a.length === 0 || c.length === 0) break;
    woven.push(...(isFirst ? a : c).splice(0, 1));
  }
  return [...woven, ...a, ...c];
}

/** All at the same time, so that only the order differs. */
const foldAtOnce = (bodies: readonly EventBody[]): RunState =>
  foldAll(b.numbered([b.start(), ...bodies]).map((event) => ({ ...event, ts: 1 })));

const ofStep = (id: string, { steps, parts }: RunState): { steps: Step[]; parts: Part[] } => ({
  steps: steps.filter(({ stepId }) => stepId === id),
  parts: parts.filter(({ stepId }) => stepId === id),
});
