import fc from "fast-check";
import type { EventBody, RunEvent } from "#lib/protocol/run-event.ts";
import * as b from "./event-builders.ts";

/**
 * What a random writer has begun so far; a step or call that was dropped stays here: its events may come
 * late.
 */
interface Written {
  steps: string[];
  /** The call that a step runs inside, by the step's id. */
  inside: Map<string, { parentToolCallId?: string }>;
  texts: string[];
  thoughts: string[];
  refusals: string[];
  calls: string[];
  objects: string[];
  /** Events of a workflow. */
  sent: string[];
}

type Kind = Exclude<keyof Written, "inside">;

/** One line of a random log: which event, and two numbers to choose ids and forms by. */
type Choice = readonly [event: number, first: number, second: number];

/** Events of the second and third number; undefined where there is nothing yet that they could concern. */
type Writing = (written: Written, first: number, second: number) => EventBody | undefined;

const pick = (from: readonly string[], at: number): string | undefined => from[at % from.length];
const fresh = (into: string[], prefix: string): string => {
  const id = `${prefix}-${into.length + 1}`;
  into.push(id);
  return id;
};
const reasons = ["stop", "length", "tool-calls", "other"] as const;

/** An event of something that was begun. */
const of =
  (kind: Kind, event: (id: string, second: number) => EventBody): Writing =>
  (written, first, second) => {
    const id = pick(written[kind], first);
    return id === undefined ? undefined : event(id, second);
  };

/** An event that opens something in a step; every fourth does not say in which. */
const opening =
  (kind: Kind, event: (id: string, stepId: string | undefined) => EventBody): Writing =>
  (written, first, second) => {
    const stepId = second % 4 === 0 ? undefined : pick(written.steps, first);
    return event(fresh(written[kind], kind), stepId);
  };

const writings: readonly Writing[] = [
  // Every other step runs inside a call, if there is one.
  (written, first, second) => {
    const parentToolCallId = second % 2 === 0 ? pick(written.calls, first) : undefined;
    const index = written.steps.length;
    const inside = parentToolCallId === undefined ? {} : { parentToolCallId };
    const stepId = fresh(written.steps, "step");
    written.inside.set(stepId, inside);
    return b.startStep(stepId, index, "assistant", inside);
  },
  // A step that starts over, inside the call that it ran in.
  (written, first, second) => {
    const stepId = pick(written.steps, first);
    return stepId === undefined
      ? undefined
      : b.startStep(stepId, second, "assistant", written.inside.get(stepId) ?? {});
  },
  of("steps", (stepId, second) => b.finishStep(reasons[second % reasons.length], stepId)),
  of("steps", (stepId, second) => b.resetStep(stepId, second)),
  of("steps", (stepId, second) => b.continueStep(stepId, second)),
  of("steps", (stepId, second) => b.retry(1, "timeout", second % 4 === 0 ? undefined : stepId)),
  of("steps", (stepId, second) => b.modelResponse(`resp-${second}`, stepId)),
  of("texts", (id, second) => ({ ...b.textDelta("so ", id), cursor: second })),
  of("thoughts", (id) => ({ ...b.reasoningEnd(id), providerMetadata: { wire: { signature: id } } })),
  opening("texts", b.textStart),
  of("texts", (id, second) => b.textDelta(`text ${second} 😀`, id)),
  of("texts", (id) => b.textEnd(id)),
  opening("thoughts", b.reasoningStart),
  of("thoughts", (id, second) => b.reasoningDelta(`thought ${second}`, id)),
  of("thoughts", (id) => b.reasoningEnd(id)),
  opening("refusals", (id, stepId) => b.refusalDelta("I would ", id, stepId)),
  of("refusals", (id) => b.refusalDelta("rather not", id)),
  opening("calls", (id, stepId) => b.toolInputStart(id, "add", stepId)),
  of("calls", (id, second) => b.toolInputDelta(id, String(second))),
  of("calls", (id, second) => b.toolInputAvailable(id, "add", { second })),
  of("calls", (id) => b.toolInputError(id)),
  of("calls", (id, second) => b.toolStart(id, second)),
  of("calls", (id) => b.toolApprovalRequest(id)),
  of("calls", (id, second) => b.toolApprovalResponse(`approval-${id}`, second % 2 === 0)),
  of("calls", (id, second) => b.toolProgress(id, second)),
  of("calls", (id, second) => ({ ...b.toolOutputAvailable(id, [second]), preliminary: second % 2 === 0 })),
  of("calls", (id) => b.toolOutputError(id)),
  of("calls", (id) => b.toolOutputDenied(id)),
  (written, first, second) => {
    const stepId = pick(written.steps, first);
    return b.objectStart(fresh(written.objects, "object"), `name ${first % 2}`, second, stepId);
  },
  of("objects", (id, second) => b.objectDelta(`{"a":${second}`, id)),
  of("objects", (id, second) => b.objectEnd({ a: second }, second % 2 === 0, id)),
  (_, first) => b.steered(`words ${first}`, b.uuid(first)),
  (_, first) => b.usageEvent({ inputTokens: first, source: "estimated" }),
  (written, first) => b.handoff("one", "two", pick(written.steps, first)),
  (written, first) => b.sourceUrl("https://example.org/", "A source", pick(written.steps, first)),
  () => b.agentInput(),
  (_, first) => b.historySummary(first % 2 === 0 ? { isOutside: true } : {}),
  (_, first) => b.modelName(`model ${first}`),
  (_, first) => b.workflowStart(first % 2 === 0 ? {} : { values: { rounds: first } }),
  (written, first, second) =>
    b.workflowEvent(
      fresh(written.sent, "sent"),
      second % 2 === 0 ? "topic" : "section",
      { first },
      fromOf(first),
    ),
  (written, first, second) => {
    const instance = `${stepNames[first % 2]}/${1 + (second % 3)}`;
    const taken = pick(written.sent, first);
    return b.workflowStep({
      ...{ step: stepNames[first % 2] ?? "", instance, state: "running", attempt: 1 + (second % 2) },
      events: taken === undefined ? [] : [taken],
    });
  },
  (_, first, second) =>
    b.workflowStep({
      ...{ step: stepNames[first % 2] ?? "", instance: `${stepNames[first % 2]}/${1 + (second % 3)}` },
      ...{ state: workflowStates[first % workflowStates.length] ?? "", keeps: second % 2 === 0 },
    }),
  (_, first, second) => b.progress(`part ${first}`, second, 7),
  (_, first) => (first === 0 ? b.stopRequested() : undefined),
];

/** Those of the builders' graph. */
const stepNames = ["outline", "draft"] as const;
const workflowStates = ["waiting", "retrying", "done", "failed", "cancelled"] as const;
const fromOf = (first: number): string | undefined =>
  first % 3 === 0 ? undefined : `${stepNames[first % 2]}/${1 + (first % 3)}`;

const choice: fc.Arbitrary<Choice> = fc.tuple(
  fc.nat({ max: writings.length - 1 }),
  fc.nat({ max: 11 }),
  fc.nat({ max: 7 }),
);

/**
 * A random log from `start` on, with several steps open at once, steps inside tool calls, resets and
 * attempts. Its events need not follow from each other: a reader folds whatever is in a log.
 */
export const randomLog: fc.Arbitrary<RunEvent[]> = fc
  .array(choice, { maxLength: 60 })
  .map((choices) => b.numbered([b.start(), b.startStep("step-0"), ...written(choices)]));

function written(choices: readonly Choice[]): EventBody[] {
  const begun: Written = {
    steps: ["step-0"],
    inside: new Map(),
    texts: [],
    thoughts: [],
    refusals: [],
    calls: [],
    objects: [],
    sent: [],
  };
  return choices.flatMap(([event, first, second]) => writings[event]?.(begun, first, second) ?? []);
}
