import assert from "node:assert/strict";
import { test } from "node:test";
import { initialConversation } from "#lib/client/conversation/conversation-state.ts";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import { turnsOf } from "#lib/client/conversation/turns.ts";
import type { Message } from "#lib/protocol/message.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import {
  after,
  fired,
  half,
  more,
  problem,
  r1,
  runOf,
  savedMessages,
  shortView,
  situations,
  viewOf,
} from "../../../support/conversation-situations.ts";
import { text } from "../../../support/event-builders.ts";
import { followed, getSnapshot, idle, testTransitions } from "../../../support/transition-rows.ts";

testTransitions([
  [
    "a snapshot that has what was shown, or more: nothing was lost",
    "resyncing",
    { type: "snapshot-arrived", view: viewOf([], more), settledRuns: 0 },
    { run: more, following: followed(r1), truncatedRuns: new Set() },
    { type: "follow-run", run: more },
  ],
  [
    "a log that cannot be read on: what was shown stays, and the snapshot is asked for",
    "writing",
    { type: "snapshot-needed", run: more },
    { run: more, following: { type: "resyncing", shownText: "half and more" } },
    getSnapshot,
  ],
  [
    "the first snapshot is shown",
    "loading",
    { type: "snapshot-arrived", view: viewOf(savedMessages), settledRuns: 0 },
    { phase: "ready", title: "title", messages: savedMessages },
  ],
  [
    "a run that was started elsewhere is followed",
    "settled",
    { type: "snapshot-arrived", view: viewOf(savedMessages, half), settledRuns: 0 },
    { run: half, following: followed(r1) },
    { type: "follow-run", run: half },
  ],
  [
    "of a run that is known, what was read of it already counts",
    "paused",
    { type: "snapshot-arrived", view: viewOf([], runOf(r1)), settledRuns: 0 },
    { run: half, following: followed(r1) },
    { type: "follow-run", run: half },
  ],
  [
    "a closed conversation follows nothing",
    "closed while writing",
    { type: "snapshot-arrived", view: viewOf(savedMessages, more), settledRuns: 0 },
    { run: more, following: idle },
  ],
  [
    "after a lost log, the snapshot counts, and a turn that lost something says so",
    "resyncing",
    { type: "snapshot-arrived", view: viewOf([], runOf(r1, text("ha"))), settledRuns: 0 },
    { run: runOf(r1, text("ha")), following: followed(r1), truncatedRuns: new Set([r1]) },
    { type: "follow-run", run: runOf(r1, text("ha")) },
  ],
  [
    "a snapshot that knows nothing of the run: its log is tried again",
    "resyncing",
    { type: "snapshot-arrived", view: viewOf(savedMessages), settledRuns: 0 },
    { run: half },
    { type: "set-timer", timer: "resync", ms: 1000, endsEarly: true },
  ],
  [
    "no snapshot to be had: what was shown stays, and the log is tried again",
    "resyncing",
    { type: "snapshot-failed", problem: problem(503) },
    { run: half, following: { type: "resyncing", shownText: "half" } },
    { type: "set-timer", timer: "resync", ms: 1000, endsEarly: true },
  ],
  [
    "a conversation that is not there",
    "loading",
    { type: "snapshot-failed", problem: problem(404) },
    { phase: "missing" },
  ],
  [
    "a new conversation is in no store yet",
    "empty",
    { type: "snapshot-failed", problem: problem(404) },
    { phase: "ready" },
  ],
  [
    "a session that has ended",
    "settled",
    { type: "snapshot-failed", problem: problem(401) },
    { phase: "no-session" },
  ],
  ["it is read again when that is asked for", "writing", { type: "refresh-requested" }, {}, getSnapshot],
  [
    "the log is tried again",
    "resyncing",
    fired("resync"),
    { following: followed(r1) },
    { type: "follow-run", run: half },
  ],
  ["a log that is read is not", "writing", fired("resync"), "unchanged"],
]);

test("the same answer stays the same object, whatever a snapshot brings", () => {
  const [settled] = turnsOf(situations.settled);
  const again = after(situations.settled, {
    type: "snapshot-arrived",
    view: viewOf(structuredClone(savedMessages)),
    settledRuns: 0,
  });
  assert.equal(turnsOf(again)[0]?.answer, settled?.answer);
});

test("a page that was rendered without the rest asks for it when it is opened, live or not, and shows it in place of the beginning", () => {
  const longer: Message[] = savedMessages.map((message) =>
    message.role === "user"
      ? message
      : { ...message, parts: message.parts.map((part) => ({ ...part, text: "answered at length" })) },
  );
  for (const live of [undefined, half]) {
    const begun = initialConversation("c", shortView(live));
    const opened = conversationTransition(begun, { type: "opened", isVisible: true });
    assert.ok(opened.effects.some(({ type }) => type === "get-snapshot"));
    const failed = conversationTransition(opened.state, { type: "snapshot-failed", problem: problem(503) });
    const polled = conversationTransition(failed.state, fired("poll"));
    assert.ok(polled.effects.some(({ type }) => type === "get-snapshot"));
    const view = viewOf(longer, live);
    const arrived = { type: "snapshot-arrived", view, settledRuns: 0 } as const;
    const { state } = conversationTransition(polled.state, arrived);
    assert.equal(state.rest, undefined);
    assert.deepEqual(state.messages, longer);
    assert.equal(state.following.type, live ? "following" : "idle");
  }
});

test("what was shown and is written anew in a snapshot is noted, also if the page let the stream go", () => {
  const question: Message = {
    ...{ id: half.userMessageId, parentId: null, runId: r1, role: "user", createdAt: 0, text: "question" },
  };
  const shown = half.parts.filter((part) => part.type === "text");
  const anew = { ...more, parts: shown.map((part) => ({ ...part, id: "another", text: "anew" })) };
  const cases = [
    ["paused", viewOf([], anew), true],
    ["paused", viewOf([], more), undefined],
    ["lost", viewOf([question, messageOf(anew)]), true],
    ["lost", viewOf([question, messageOf(more)]), undefined],
  ] as const;
  for (const [situation, view, isRewritten] of cases) {
    const state = after(situations[situation], { type: "snapshot-arrived", view, settledRuns: 0 });
    assert.equal(turnsOf(state).at(-1)?.isRewritten, isRewritten, situation);
  }
});
