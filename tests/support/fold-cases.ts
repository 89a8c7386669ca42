import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "#lib/protocol/fold.ts";
import type { Part } from "#lib/protocol/message.ts";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import { emptyRun, type RunState, type Step } from "#lib/protocol/run-state.ts";
import {
  ids,
  modelResponse,
  numbered,
  objectDelta,
  objectStart,
  retry,
  start,
  startStep,
  textDelta,
  textStart,
  toolInputStart,
} from "./event-builders.ts";

/** What one event changes; everything else of the state stays as it was. `ts` is that of the event. */
export interface FoldCase {
  what: string;
  /** After `start`. */
  before?: readonly EventBody[];
  event: EventBody;
  changes(before: RunState, ts: number): { [K in keyof RunState]?: RunState[K] | undefined };
}

/** The events that change the steps of a run. */
export type StepEventType =
  | "start-step"
  | "finish-step"
  | "reset-step"
  | "continue-step"
  | "model-response"
  | "retry";

/** The events that change where a workflow stands. */
export type WorkflowEventType = "workflow-start" | "workflow-event" | "workflow-state" | "workflow-step";

/** A test for each case: the event changes what it says, and not the state that it was given. */
export function testFold<T extends RunEvent["type"]>(
  cases: { readonly [K in T]: readonly FoldCase[] },
): void {
  for (const [type, ofType] of Object.entries<readonly FoldCase[]>(cases)) {
    for (const { what, before = [], event, changes } of ofType) {
      test(`${type} ${what}`, () => {
        assert.equal(event.type, type);
        const state = stateAfter(...before);
        const kept = structuredClone(state);
        const after = foldNext(state, event);
        const { seq, lastAt } = after;
        assert.deepEqual(after, withoutAbsent({ ...state, seq, lastAt, ...changes(state, lastAt) }));
        assert.equal(seq, state.seq + 1);
        assert.deepEqual(state, kept, "the state before is left as it was");
      });
    }
  }
}

const withoutAbsent = (state: object): object =>
  Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined));

/** The fold of `start` and these. */
export const stateAfter = (...bodies: readonly EventBody[]): RunState =>
  numbered([start(), ...bodies]).reduce(fold, emptyRun(ids.run));

/** One event more. */
export const foldNext = (state: RunState, event: EventBody): RunState =>
  numbered([event], { startAt: state.seq + 1 }).reduce(fold, state);

export const nothing = () => ({});

/** The newest part changed so; or the one at `at`. */
export const edited =
  (change: (ts: number) => object, at = -1) =>
  ({ parts }: RunState, ts: number) => ({
    // Cast: the case knows what kind of part it changes.
    parts: parts.with(at, { ...parts.at(at), ...change(ts) } as Part),
  });

/** One part more. `stepId` is "step-1" unless it says otherwise. */
export const added =
  (part: (ts: number) => object) =>
  ({ parts }: RunState, ts: number) => ({
    // Cast: the case writes it out.
    parts: [...parts, { stepId: "step-1", startedAt: ts, ...part(ts) } as Part],
  });

/** An open step as it starts. */
export const openStep = (stepId: string, fields: Partial<Step> = {}): Step => ({
  stepId,
  index: 0,
  agent: "assistant",
  attempt: 1,
  ...fields,
});

export const twoSteps = [startStep("a"), startStep("b", 1)];
export const openCall = [startStep(), toolInputStart()];
export const openObject = [startStep(), objectStart("o1", "recipe"), objectDelta('{"a', "o1")];
/** The provider keeps its answer, which has been read to 4. */
export const keptStep = [
  startStep(),
  modelResponse(),
  textStart("t"),
  { ...textDelta("It is ", "t"), cursor: 4 },
];
export const waitingStep = [startStep(), retry()];
