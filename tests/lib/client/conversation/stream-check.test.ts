import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConversationAction } from "#lib/client/conversation/conversation-action.ts";
import type { ConversationState } from "#lib/client/conversation/conversation-state.ts";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import { showConversation } from "#lib/client/conversation/shown-conversation.ts";
import type { Message } from "#lib/protocol/message.ts";
import type { RunState } from "#lib/protocol/run-state.ts";
import {
  after,
  fired,
  half,
  more,
  problem,
  r1,
  runOf,
  savedMessages,
  situations,
  viewOf,
  waiting,
  whole,
} from "../../../support/conversation-situations.ts";
import { text } from "../../../support/event-builders.ts";
import { getSnapshot, testTransitions } from "../../../support/transition-rows.ts";

const check = (ms: number) => ({ type: "set-timer", timer: "check", ms }) as const;
const arrived = (live?: RunState, messages: readonly Message[] = []): ConversationAction => ({
  type: "snapshot-arrived",
  view: viewOf(messages, live),
  settledRuns: 0,
});
const failed = (status: number): ConversationAction => ({
  type: "snapshot-failed",
  problem: problem(status),
});
const streamed = (run: RunState): ConversationAction => ({ type: "events-applied", run });
const longer = runOf(r1, text("half"), text(" and more"), text(" and the rest"));
const connectionOf = (state: ConversationState) => showConversation(state, []).connection.type;

/** Its answer, as the server saves it at the end. */
const savedAnswer: Message = {
  id: whole.messageId,
  parentId: whole.userMessageId,
  runId: r1,
  role: "assistant",
  createdAt: 0,
  agent: "assistant",
  model: "demo",
  parts: whole.parts,
  ending: { type: "finish", finishReason: "stop" },
};
const savedQuestion: Message = {
  id: whole.userMessageId,
  parentId: null,
  runId: r1,
  role: "user",
  createdAt: 0,
  text: "question",
};

testTransitions([
  ["a stream that brings events is not asked about", "writing", fired("check"), {}, check(2000)],
  [
    "a stream that has brought nothing is compared with a snapshot",
    "sending",
    fired("check"),
    {},
    getSnapshot,
  ],
  ["a run that is not followed has no stream to look at", "paused", fired("check"), "unchanged"],
  [
    "the server has the question, though its response is held back: its draft may go, and the text is shown",
    "sending",
    arrived(half),
    { run: half },
    { type: "notify-acknowledged", runId: r1 },
    { type: "advance-run", run: half },
    check(1000),
  ],
  [
    "a snapshot that does not have the question yet says nothing",
    "sending",
    arrived(),
    { run: undefined },
    check(4000),
  ],
  [
    "a snapshot that is behind the stream takes nothing back",
    "writing",
    arrived(runOf(r1)),
    { run: half },
    { type: "advance-run", run: half },
    check(4000),
  ],
  ["no answer at all: it is asked again, less often", "sending", failed(0), { phase: "ready" }, check(4000)],
  [
    "a run whose end is held back has ended: its saved answer counts",
    "writing",
    arrived(undefined, [savedQuestion, savedAnswer]),
    { run: undefined, pending: undefined, following: { type: "idle" }, settledRuns: 1 },
    { type: "unfollow" },
    { type: "notify-list-change" },
  ],
  [
    "the same where not even its start was heard of",
    "sending",
    arrived(undefined, [savedQuestion, savedAnswer]),
    { run: undefined, pending: undefined, following: { type: "idle" } },
    { type: "notify-acknowledged", runId: r1 },
    { type: "unfollow" },
    { type: "notify-list-change" },
  ],
  [
    "what counted as not sent and is being answered was sent",
    "not sent",
    arrived(half),
    { run: half },
    { type: "notify-acknowledged", runId: r1 },
    { type: "follow-run", run: half },
  ],
  [
    "what counted as not sent and was answered was sent",
    "not sent",
    arrived(undefined, [savedQuestion, savedAnswer]),
    { pending: undefined },
    { type: "notify-acknowledged", runId: r1 },
  ],
  [
    "a snapshot from before the newest run ended may lack its answer, and is asked for again",
    "settled",
    { type: "snapshot-arrived", view: viewOf([]), settledRuns: -1 },
    { messages: savedMessages },
    getSnapshot,
  ],
]);

test("a window without a stream reads snapshots, says so, and takes what is missing for no fault of the way", () => {
  const crowd = { type: "connection-changed", connection: { type: "crowded" }, at: 1000 } as const;
  const first = conversationTransition(situations.accepted, crowd);
  assert.deepEqual(first.effects, [check(150)]);
  const begun = conversationTransition(first.state, arrived(half));
  assert.deepEqual(begun.effects.at(-1), check(1000));
  const later = after(begun.state, fired("check"), arrived(more), fired("check"), arrived(longer));
  assert.deepEqual([later.run, connectionOf(later)], [longer, "crowded"]);
  assert.deepEqual(conversationTransition(later, fired("check")).effects, [getSnapshot]);
  // Without a stream, the short requests are the connection.
  assert.equal(connectionOf(after(later, failed(0))), "waiting");
  assert.equal(connectionOf(after(later, failed(0), arrived(longer))), "crowded");
  const live = after(later, { ...crowd, connection: { type: "live" } }, arrived(longer), arrived(longer));
  assert.equal(connectionOf(live), "live");
});

test("where there is no stream, short requests say how saving goes; where there is one, it does", () => {
  const told = (run: RunState, durability?: "delayed" | "stopped"): ConversationAction => {
    const view = viewOf([], run);
    const activeRun = view.activeRun && { ...view.activeRun, ...(durability && { durability }) };
    return { type: "snapshot-arrived", view: { ...view, ...(activeRun && { activeRun }) }, settledRuns: 0 };
  };
  const durabilityOf = (state: ConversationState) => showConversation(state, []).durability;
  const crowd = { type: "connection-changed", connection: { type: "crowded" }, at: 1000 } as const;
  const polled = after(situations.accepted, crowd, arrived(half));
  const away = { type: "snapshot-failed", problem: problem(503, "store_unavailable") } as const;
  for (const [action, shown] of [
    [told(half, "delayed"), "delayed"],
    [told(more, "stopped"), "stopped"],
    [told(more), "ok"],
    [away, "delayed"],
  ] as const)
    assert.equal(durabilityOf(after(polled, action)), shown);
  assert.equal(durabilityOf(after(polled, away, told(more))), "ok");
  const heldBack = after(situations.writing, arrived(more), arrived(longer));
  assert.equal(durabilityOf(after(heldBack, told(longer, "delayed"))), "delayed");
  assert.equal(durabilityOf(after(situations.writing, told(half, "delayed"))), "ok");
});

test("a stream is held back that has not brought by the next snapshot what the one before had", () => {
  const ahead = after(situations.writing, arrived(more));
  assert.deepEqual([ahead.run, connectionOf(ahead)], [more, "idle"]);
  assert.equal(connectionOf(after(ahead, streamed(more), arrived(longer))), "idle");
  const behind = after(ahead, arrived(longer));
  assert.deepEqual([behind.run, connectionOf(behind)], [longer, "held-back"]);
});

test("it is held back until it has brought something new, and all that the newest snapshot has", () => {
  const behind = after(situations.writing, arrived(more), arrived(more));
  assert.equal(connectionOf(behind), "held-back");
  assert.equal(connectionOf(after(behind, streamed(more))), "held-back");
  assert.equal(connectionOf(after(behind, streamed(more), arrived(longer))), "held-back");
  assert.equal(connectionOf(after(behind, streamed(more), arrived(more))), "idle");
});

test("what a held stream brings later changes nothing that was shown", () => {
  const behind = after(situations.writing, arrived(longer));
  assert.equal(after(behind, streamed(more)).run, longer);
  assert.equal(after(behind, { type: "snapshot-needed", run: more }).run, longer);
});

test("no byte for 25 s: lost where short requests have no answer either, else held back", () => {
  const expired = {
    type: "connection-changed",
    connection: { ...waiting, isSilent: true },
    at: 1000,
  } as const;
  assert.equal(connectionOf(after(situations.writing, expired)), "waiting");
  assert.equal(connectionOf(after(situations.writing, failed(0), expired)), "waiting");
  assert.equal(connectionOf(after(situations.writing, arrived(half), expired)), "held-back");
  const behind = after(situations.writing, arrived(half), expired, arrived(half));
  assert.equal(connectionOf(behind), "held-back");
  // No request is answered any more: the connection is lost after all.
  assert.equal(connectionOf(after(behind, failed(0))), "waiting");
});

test("in place of a held stream snapshots are read each second, less often while nothing is new, never hidden", () => {
  const behind = after(situations.writing, arrived(more), arrived(longer));
  const waits: number[] = [];
  let state = behind;
  for (let look = 0; look < 6; look += 1) {
    const asked = conversationTransition(state, fired("check"));
    assert.deepEqual(asked.effects, [getSnapshot]);
    const next = conversationTransition(asked.state, arrived(longer));
    waits.push(...next.effects.flatMap((each) => (each.type === "set-timer" ? [each.ms] : [])));
    state = next.state;
  }
  assert.deepEqual(waits, [1500, 2250, 3375, 5000, 5000, 5000]);
  const hidden = after(behind, { type: "presence-changed", presence: "hidden" });
  assert.deepEqual(conversationTransition(hidden, fired("check")).effects, [check(2000)]);
});

test("a silent model's stream is compared less and less often, and as often as before once it has spoken", () => {
  let state = after(situations.writing, fired("check"));
  const waits: number[] = [];
  for (let look = 0; look < 5; look += 1) {
    const next = conversationTransition(after(state, fired("check")), arrived(half));
    waits.push(...next.effects.flatMap((each) => (each.type === "set-timer" ? [each.ms] : [])));
    state = next.state;
  }
  assert.deepEqual(waits, [4000, 8000, 16_000, 30_000, 30_000]);
  const spoken = conversationTransition(after(state, streamed(more)), fired("check"));
  assert.deepEqual(spoken.effects, [check(2000)]);
  assert.equal(connectionOf(state), "idle");
});
