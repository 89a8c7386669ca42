import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConversationView } from "#lib/protocol/conversation-view.ts";
import { fold } from "#lib/protocol/fold.ts";
import { messageOf } from "#lib/protocol/message-of.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { sentView, upgradeView } from "#lib/protocol/upgrade-view.ts";
import { finish, ids, log, text, toolCall } from "../../support/event-builders.ts";

const answered = log(text("five"), finish()).reduce(fold, emptyRun(ids.run));
const live = log(text("Adding."), toolCall("add")).reduce(fold, emptyRun(ids.run));
const conversation = { id: ids.conversation, title: "Sums", createdAt: 1, updatedAt: 2 };
const question = { id: "q", parentId: null, runId: "r", role: "user", createdAt: 1, text: "why" } as const;
const { runId, epoch, seq } = live;

const views: [what: string, view: ConversationView][] = [
  ["of a conversation that rests", { conversation, messages: [question, messageOf(answered)] }],
  [
    "of one that is answered",
    { conversation, messages: [question], activeRun: { runId, epoch, seq, status: "running", state: live } },
  ],
];

for (const [what, view] of views) {
  test(`a view ${what} is read as it was sent`, () => {
    assert.deepEqual(upgradeView(JSON.parse(JSON.stringify(sentView(view)))), view);
  });
}

test("a page of an older build finds the parts' kinds, its own tool states and the step in what is sent", () => {
  const sent = JSON.parse(JSON.stringify(views.map(([, view]) => sentView(view))));
  assert.equal(sent[0].messages[1].parts[0].kind, "text");
  const { state } = sent[1].activeRun;
  assert.deepEqual(
    [state.parts[1].kind, state.parts[1].state, state.step.stepId],
    ["tool", "queued", "step-1"],
  );
});
