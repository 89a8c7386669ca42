import assert from "node:assert/strict";
import { test } from "node:test";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import {
  after,
  problem,
  r0,
  r1,
  r2,
  r3,
  savedMessages,
  sent,
  situations,
  whole,
} from "../../../support/conversation-situations.ts";
import {
  at,
  followed,
  idle,
  message,
  pending,
  post,
  request,
  testTransitions,
} from "../../../support/transition-rows.ts";

const branched = (under: string | null) => ({
  ...request(r1, "question"),
  intent: { type: "message" as const, text: "question", under },
  body: { ...message(r1), seen: "a0" },
});

testTransitions([
  [
    "a question is posted behind the newest message",
    "settled",
    sent(),
    { following: followed(r1) },
    post(message(r1, "question", "a0")),
  ],
  ["while an answer is written, a question has to wait for the person", "writing", sent(r2), "unchanged"],
  [
    "right after Stop, it waits for the run to end",
    "stopping",
    sent(r2),
    { queued: { ...request(r2, "question"), body: undefined, state: "sending" } },
  ],
  ["only one question waits", "queued", sent(r3), "unchanged"],
  [
    "another version of a question joins what that was asked under, and says what was seen",
    "settled",
    { ...sent(), under: null },
    { following: followed(r1), pending: { ...branched(null), state: "sending" } },
    post({ ...message(r1), seen: "a0" }),
  ],
  [
    "a question that goes on from the last answer is none",
    "settled",
    { ...sent(), under: "a0" },
    { following: followed(r1) },
    post(message(r1, "question", "a0")),
  ],
  [
    "a branch waits for the end of what is being written",
    "writing",
    { ...sent(r2), under: null },
    {
      queued: {
        ...request(r2, "question"),
        ...{ intent: { type: "message", text: "question", under: null }, body: undefined, state: "sending" },
      },
    },
  ],
  ["only one waits", "queued", { ...sent(r3), under: null }, "unchanged"],
  ["what waits is given up", "queued", { type: "discarded" }, { queued: undefined }],
  [
    "where others were before, it goes behind what is shown by now",
    "not sent, stale",
    { type: "resent", where: "here" },
    { pending: { ...pending("sending"), body: message(r1, "question", "a0") } },
    post(message(r1, "question", "a0")),
  ],
  [
    "or as a branch where it was meant to be",
    "not sent, stale",
    { type: "resent", where: "branch" },
    { pending: { ...branched(null), state: "sending" } },
    post({ ...message(r1), seen: "a0" }),
  ],
  [
    "while those are answered it waits",
    "not sent, another run",
    { type: "resent", where: "branch" },
    { pending: undefined, queued: { ...branched("a0"), body: undefined, state: "sending" } },
  ],
  [
    "the last question is answered again",
    "settled",
    { type: "asked-again", how: "retry", runId: r3, at },
    { following: followed(r3), choices: { u0: { messageId: "a0", unlessRunId: r3 } } },
    { type: "clear-timer", timer: "undo" },
    post({ runId: r3, retry: r0 }),
  ],
  [
    "what has no answer cannot be answered again",
    "empty",
    { type: "asked-again", how: "retry", runId: r3, at },
    "unchanged",
  ],
  [
    "an answer is continued",
    "settled",
    { type: "asked-again", how: "continue", runId: r3, at },
    { following: followed(r3) },
    post({ runId: r3, continue: r0 }),
  ],
  [
    "what was not sent goes out again, under the same run id",
    "not sent",
    { type: "resent" },
    { pending: pending("sending") },
    post(message(r1)),
  ],
  ["there is nothing to send again", "writing", { type: "resent" }, "unchanged"],
  ["what was not sent is given up", "not sent", { type: "discarded" }, { pending: undefined }],
  ["a message under way is not given up", "sending", { type: "discarded" }, "unchanged"],
  [
    "the server has the question: its draft may go",
    "sending",
    { type: "acknowledged", runId: r1 },
    { pending: pending("accepted") },
    { type: "notify-acknowledged", runId: r1 },
  ],
  [
    "a closed conversation lets the stream go once its question is acknowledged",
    "closed while sending",
    { type: "acknowledged", runId: r1 },
    { following: idle },
    { type: "notify-acknowledged", runId: r1 },
    { type: "unfollow" },
  ],
]);

test("a question that waits is not posted before the unsent one is resent or discarded", () => {
  const refused = after(situations.sending, { type: "stop-requested" }, sent(r2, "next"), {
    type: "refused",
    run: emptyRun(r1),
    problem: problem(503),
  });
  assert.equal(refused.queued?.runId, r2);
  const { state, effects } = conversationTransition(refused, { type: "discarded" });
  assert.deepEqual([state.pending?.runId, state.queued], [r2, undefined]);
  assert.deepEqual(effects, [post(message(r2, "next"))]);
});

test("a question that waited for the end of a new answer is not stopped by the way back to the earlier", () => {
  const again = { type: "asked-again", how: "retry", runId: r1, at } as const;
  const asked = after(situations.settled, again, { type: "stop-requested" }, sent(r2, "next"));
  assert.equal(asked.replaced?.id, "a0");
  const posted = after(asked, { type: "run-ended", run: { ...whole, userMessageId: "u0" } });
  assert.deepEqual([posted.pending?.runId, posted.replaced], [r2, undefined]);
});

test("the way back to an earlier answer does not stop that to a question asked elsewhere", () => {
  const replaced = savedMessages.find((each) => each.role === "assistant");
  const elsewhere = { ...situations.writing, messages: savedMessages, pending: undefined, replaced };
  const { effects } = conversationTransition(elsewhere, { type: "undone" });
  assert.deepEqual(
    effects.map(({ type }) => type),
    ["keep-choosing", "post-choice"],
  );
});
