import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Problem } from "#lib/client/problem.ts";
import type { MessageFate, SteeringAction, SteeringEffect } from "#lib/client/steering/steering-action.ts";
import { noSteering, type SteeringState } from "#lib/client/steering/steering-state.ts";
import { steeringTransition } from "#lib/client/steering/steering-transition.ts";

const into = (id: string): SteeringAction => ({ type: "written", id, text: `say ${id}`, runId: "run" });
const after = (id: string): SteeringAction => ({ type: "written", id, text: `ask ${id}` });
const conversation = (
  liveRunId: string | undefined,
  seen: readonly string[] = [],
  isKnown = true,
): SteeringAction => ({
  type: "conversation-changed",
  conversation: { liveRunId, isKnown, queue: undefined, seen: new Set(seen) },
});
const queue = (version: number, ids: string, activeRunId?: string): SteeringAction => ({
  type: "queue-read",
  answer: {
    queue: { version, questions: [...ids].map((id) => ({ id, text: `ask ${id}` })) },
    ...(activeRunId !== undefined && { activeRunId }),
  },
});
const answered = (id: string, fate: MessageFate): SteeringAction => ({
  type: "answered",
  id,
  fate,
});
const failed = (id: string, problem: Partial<Problem> = {}): SteeringAction => ({
  type: "failed",
  id,
  problem: { status: 0, code: "no_connection", detail: "", ...problem },
});

/** The state after the actions, and what they led to, without what is kept. */
function play(...actions: SteeringAction[]): { state: SteeringState; effects: string[] } {
  let state = noSteering;
  const effects: SteeringEffect[] = [];
  for (const action of [conversation("run"), ...actions]) {
    const next = steeringTransition(state, action);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects: effects.filter(({ type }) => type !== "keep").map(nameOf) };
}

const nameOf = (effect: SteeringEffect): string =>
  ["id", "ms"].reduce(
    (name, field) => (field in effect ? `${name} ${effect[field as keyof typeof effect]}` : name),
    effect.type as string,
  );

const left = ({ messages, queue: read, starting }: SteeringState): string[] => [
  ...messages.map((each) => `${each.id} ${each.state}`),
  ...(starting ? [`${starting.id} starting`] : []),
  ...(read?.questions ?? []).map(({ id }) => `${id} queued`),
];

const rows: { title: string; actions: SteeringAction[]; effects: string[]; left: string[] }[] = [
  {
    title: "messages are posted one after another, in the order in which they were written",
    actions: [into("a"), into("b"), answered("a", "recorded"), answered("b", "recorded")],
    effects: ["post-message a", "post-message b"],
    left: ["a recorded", "b recorded"],
  },
  {
    title:
      "what another page has said into the run is shown as said, once, and not what was said into another",
    actions: [
      into("a"),
      { type: "unread-read", runId: "run", unread: ["b", "a"].map((messageId) => ({ messageId, text: "" })) },
      { type: "unread-read", runId: "earlier", unread: [{ messageId: "c", text: "" }] },
    ],
    effects: ["post-message a"],
    left: ["b recorded", "a sending"],
  },
  {
    title: "one that was not answered is posted again before the next, later each time",
    actions: [
      ...[into("a"), into("b"), failed("a"), { type: "wait-ended", id: "a" } as const],
      ...[failed("a"), { type: "wait-ended", id: "a" } as const, answered("a", "recorded")],
    ],
    effects: [
      "post-message a",
      "wait a 250",
      "post-message a",
      "wait a 500",
      "post-message a",
      "post-message b",
    ],
    left: ["a recorded", "b sending"],
  },
  {
    title: "one that stands in the answer leaves",
    actions: [into("a"), answered("a", "recorded"), conversation("run", ["a"])],
    effects: ["post-message a"],
    left: [],
  },
  {
    title:
      "of one that its run has not taken when it ended the server is asked, and its question is waited for",
    actions: [
      ...[into("a"), answered("a", "recorded"), conversation(undefined)],
      ...[answered("a", "settled"), conversation(undefined)],
    ],
    effects: ["post-message a", "post-message a", "refresh", "wait a 3000"],
    left: ["a settled"],
  },
  {
    title: "the question that several became takes all of them away",
    actions: [
      ...[into("a"), answered("a", "recorded"), into("b"), answered("b", "recorded")],
      ...[conversation(undefined), answered("a", "settled"), answered("b", "settled")],
      ...[conversation("a", ["a", "run"]), conversation(undefined, ["a", "run"])],
    ],
    effects: [
      ...["post-message a", "post-message b", "post-message a", "post-message b"],
      ...["refresh", "wait a 3000", "refresh", "wait b 3000"],
    ],
    left: [],
  },
  {
    title: "one whose fate nobody shows is let be after a while",
    actions: [
      ...[into("a"), conversation(undefined), answered("a", "settled")],
      { type: "wait-ended", id: "a" },
    ],
    effects: ["post-message a", "refresh", "wait a 3000"],
    left: [],
  },
  {
    title: "one that came after the end is asked, under its own id",
    actions: [into("a"), conversation(undefined), answered("a", "over")],
    effects: ["post-message a", "post-question a"],
    left: ["a sending"],
  },
  {
    title: "one whose run the server has not got yet is posted again, as long as that is live",
    actions: [into("a"), failed("a", { status: 404, code: "not_found" })],
    effects: ["post-message a", "wait a 250"],
    left: ["a sending"],
  },
  {
    title: "one whose run never came to be is asked",
    actions: [into("a"), conversation(undefined), failed("a", { status: 404, code: "not_found" })],
    effects: ["post-message a", "post-question a"],
    left: ["a sending"],
  },
  {
    title: "one that is refused says so, and keeps no other from going on",
    actions: [into("a"), into("b"), failed("a", { status: 422, code: "text_too_long" })],
    effects: ["post-message a", "post-message b"],
    left: ["a not-sent", "b sending"],
  },
  {
    title: "one that was refused is sent again when that is asked for",
    actions: [into("a"), failed("a", { status: 429, code: "rate_limited" }), { type: "resent", id: "a" }],
    effects: ["post-message a", "post-message a"],
    left: ["a sending"],
  },
  {
    title: "questions are queued one by one, in the order in which they were written",
    actions: [after("a"), after("b"), queue(1, "a"), answered("a", "queued"), answered("b", "queued")],
    effects: ["post-question a", "post-question b"],
    left: ["a queued"],
  },
  {
    title: "none is queued before the server has the question before it",
    actions: [
      ...[conversation("run", [], false), after("a"), into("b")],
      ...[answered("b", "recorded"), conversation("run")],
    ],
    effects: ["post-message b", "post-question a"],
    left: ["a sending", "b recorded"],
  },
  {
    title: "one whose answer was lost is found in the queue, or sent again",
    actions: [
      ...[after("a"), failed("a"), after("b"), queue(1, "a")],
      ...[{ type: "wait-ended", id: "a" } as const, failed("b", { status: 429, code: "rate_limited" })],
    ],
    effects: ["post-question a", "wait a 250", "post-question b"],
    left: ["b not-sent", "a queued"],
  },
  {
    title: "one that is dropped is not kept, and keeps no other from going on",
    actions: [after("a"), failed("a"), after("b"), { type: "discarded", id: "a" }],
    effects: ["post-question a", "wait a 250", "post-question b"],
    left: ["b sending"],
  },
  {
    title: "the newest version of the queue counts, in whichever order they come",
    actions: [queue(3, "ab"), queue(2, "abc"), queue(3, "abd"), queue(4, "b", "run")],
    effects: [],
    left: ["b queued"],
  },
  {
    title: "a question that is asked is shown until its run is, and the page looks for that",
    actions: [queue(1, "ab"), conversation(undefined), queue(2, "b", "a"), conversation("a", ["a"])],
    effects: ["wait a 3000", "refresh"],
    left: ["b queued"],
  },
  {
    title:
      "one that was answered before the page looked is found all the same; one that was removed here is not",
    actions: [
      ...[queue(1, "abc"), conversation(undefined), queue(2, "bc")],
      { type: "queue-read", answer: { queue: { version: 3, questions: [] }, fate: "removed" } },
    ],
    effects: ["refresh"],
    left: [],
  },
  {
    title: "and not for ever",
    actions: [
      ...[queue(1, "ab"), conversation(undefined), queue(2, "b", "a"), queue(2, "b", "a")],
      { type: "wait-ended", id: "a" },
    ],
    effects: ["wait a 3000", "refresh", "refresh"],
    left: ["b queued"],
  },
  {
    title: "all are left where there is no conversation any more: none is asked, and no answer changes that",
    actions: [
      ...[queue(1, "d"), into("a"), after("b"), after("c"), { type: "left" } as const],
      ...[conversation(undefined), answered("a", "recorded"), { type: "wait-ended", id: "a" } as const],
    ],
    effects: ["post-message a"],
    left: [],
  },
  {
    title: "a page that takes a run for ended before the server does asks again, and not all the time",
    actions: [into("a"), conversation(undefined), answered("a", "recorded"), conversation(undefined)],
    effects: ["post-message a", "wait a 3000"],
    left: ["a sending"],
  },
];

describe("what is written while an answer is", () => {
  for (const { title, actions, ...expected } of rows)
    test(title, () => {
      const { state, effects } = play(...actions);
      assert.deepEqual({ effects, left: left(state) }, expected);
    });

  test("every change of the messages is kept", () => {
    const { effects } = steeringTransition(noSteering, after("a"));
    const kept = { way: "after", id: "a", text: "ask a", state: "sending", attempts: 0 };
    assert.deepEqual(effects, [{ type: "keep", messages: [kept] }]);
  });

  test("what could not be done with the queue is said until the next thing is", () => {
    const problem = { status: 0, code: "no_connection", detail: "" } as const;
    const { state } = play(queue(1, "a"), { type: "change-failed", id: "a", problem });
    assert.deepEqual(state.unchanged, { id: "a", problem });
    assert.equal(steeringTransition(state, { type: "change-begun" }).state.unchanged, undefined);
  });

  test("a conversation that goes on leaves the state the same object where nothing changes", () => {
    const { state } = play(into("a"), answered("a", "recorded"));
    assert.equal(steeringTransition(state, conversation("run")).state, state);
  });
});
