import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConversationState } from "#lib/client/conversation/conversation-state.ts";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import { turnsOf } from "#lib/client/conversation/turns.ts";
import { noConnection } from "#lib/client/problem.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import {
  after,
  half,
  problem,
  r1,
  r2,
  r3,
  runOf,
  savedMessages,
  sent,
  situations,
  viewOf,
  whole,
} from "../../../support/conversation-situations.ts";
import { finish, text } from "../../../support/event-builders.ts";
import {
  followed,
  getSnapshot,
  idle,
  message,
  post,
  testTransitions,
  unsent,
} from "../../../support/transition-rows.ts";

testTransitions([
  [
    "its end joins the saved messages and the list",
    "writing",
    { type: "run-ended", run: whole },
    { run: undefined, pending: undefined, following: idle, title: "question" },
    { type: "notify-list-change" },
  ],
  [
    "its end sends what waited for it",
    "queued",
    { type: "run-ended", run: whole },
    { queued: undefined, stop: undefined, following: followed(r2) },
    { type: "notify-list-change" },
    post(message(r2, "next", whole.messageId)),
  ],
  [
    "a refused question is not sent, and may be asked anew",
    "sending",
    { type: "refused", run: emptyRun(r1), problem: problem(503, "store_unavailable") },
    { following: idle, pending: unsent(problem(503, "store_unavailable")) },
  ],
  [
    "a question that a gateway gave up on is kept as it was posted: the server may have it",
    "sending",
    { type: "refused", run: emptyRun(r1), problem: problem(504) },
    { following: idle, pending: unsent(problem(504), message(r1)) },
  ],
  [
    "a question without an answer is kept as it was posted: the server may have it",
    "sending",
    { type: "refused", run: emptyRun(r1), problem: problem(0, "no_connection") },
    { following: idle, pending: unsent(problem(0, "no_connection"), message(r1)) },
  ],
  [
    "a conversation that is busy elsewhere is read again",
    "sending",
    { type: "refused", run: emptyRun(r1), problem: problem(409, "conversation_busy") },
    { following: idle },
    getSnapshot,
  ],
  [
    "a conversation that is not there any more is looked for",
    "sending",
    { type: "refused", run: emptyRun(r1), problem: problem(404, "not_found") },
    { following: idle },
    getSnapshot,
  ],
  [
    "so is one that was deleted",
    "sending",
    { type: "refused", run: emptyRun(r1), problem: problem(410, "deleted") },
    { following: idle },
    getSnapshot,
  ],
  [
    "logged out elsewhere: nothing can be watched or stopped",
    "writing",
    { type: "refused", run: half, problem: problem(401) },
    { phase: "no-session", following: idle, run: half },
  ],
  [
    "a run that cannot be read: what was shown stays, with the words for why no more comes",
    "writing",
    { type: "refused", run: half, problem: problem(500, "record_damaged") },
    { phase: "ready", following: idle, run: undefined, pending: undefined },
    { type: "notify-list-change" },
  ],
  [
    "a run that is not there for this person",
    "writing",
    { type: "refused", run: half, problem: problem(404) },
    { phase: "missing", following: idle },
  ],
]);

const shown = (state: ConversationState): string[] =>
  turnsOf(state).map(({ text: words, answer, pending: shownPending }) => {
    const parts = answer?.parts.flatMap((part) => (part.type === "text" ? [part.text] : [])) ?? [];
    return `${words} > ${answer ? parts.join("") : (shownPending?.state ?? "")}`;
  });

test("what was refused while another run was written stays when that run ends, and can be sent then", () => {
  const elsewhere = situations["not sent, another run"];
  const ended = after(elsewhere, { type: "run-ended", run: runOf(r3, text("elsewhere"), finish()) });
  assert.equal(shown(ended).at(-1), "question > not-sent");
  assert.equal(conversationTransition(ended, { type: "resent" }).effects[0]?.type, "post-run");
});

test("an unsent message is before a queued one: that is not posted when another run ends", () => {
  const ended = after(situations["not sent, another run"], { type: "stop-requested" }, sent(r2, "next"), {
    type: "run-ended",
    run: runOf(r3, text("elsewhere"), finish()),
  });
  assert.deepEqual([ended.pending?.state, ended.queued?.runId, ended.stop], ["not-sent", r2, undefined]);
});

test("what the store says later of a run that could not be read takes the place of those words", () => {
  const refused = { type: "refused", run: half, problem: problem(500, "record_damaged") } as const;
  const unread = after(situations.writing, refused);
  const shown = turnsOf(unread).at(-1)?.answer;
  assert.equal(shown?.ending?.type === "error" && shown.ending.code, "record-damaged");
  assert.deepEqual(shown?.parts, half.parts);
  const read = after(unread, {
    type: "snapshot-arrived",
    view: viewOf(savedMessages),
    settledRuns: unread.settledRuns,
  });
  assert.equal(turnsOf(read).at(-1)?.answer?.ending?.type, "finish");
});

test("an Again that was stopped or undone before the server had it does not go out later", () => {
  const again = { type: "asked-again", how: "retry", runId: r1, at: 0 } as const;
  for (const end of [{ type: "stop-requested" }, { type: "undone" }] as const) {
    const asked = after(situations.settled, again, end);
    const { state, effects } = conversationTransition(asked, {
      type: "refused",
      run: emptyRun(r1),
      problem: noConnection,
    });
    assert.deepEqual([state.pending, state.stop, state.following, effects], [undefined, undefined, idle, []]);
    assert.deepEqual(
      turnsOf(state).map(({ answer }) => answer?.id),
      ["a0"],
    );
  }
});

test("a question that waited for a run that is not there any more is unsent, and can be taken along", () => {
  for (const [status, phase] of [
    [404, "missing"],
    [410, "missing"],
    [401, "no-session"],
  ] as const) {
    const refused = { type: "refused", run: half, problem: problem(status) } as const;
    const state = after(situations.queued, refused);
    assert.deepEqual(
      [state.phase, state.pending?.runId, state.pending?.state, state.queued],
      [phase, r2, "not-sent", undefined],
    );
    assert.equal(turnsOf(state).at(-1)?.text, "next");
    assert.deepEqual(after(state, { type: "discarded" }).pending, undefined);
  }
});
