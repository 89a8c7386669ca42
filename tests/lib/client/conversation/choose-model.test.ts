import assert from "node:assert/strict";
import { test } from "node:test";
import { nextModel } from "#lib/client/conversation/choose-model.ts";
import type { ConversationAction } from "#lib/client/conversation/conversation-action.ts";
import type { ConversationEffect } from "#lib/client/conversation/conversation-effect.ts";
import { type ConversationState, initialConversation } from "#lib/client/conversation/conversation-state.ts";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import { emptyRun } from "#lib/protocol/run-state.ts";
import { r1, r2, savedMessages, viewOf } from "../../../support/conversation-situations.ts";
import { at } from "../../../support/transition-rows.ts";

const act = (state: ConversationState, ...actions: ConversationAction[]) => {
  let effects: readonly ConversationEffect[] = [];
  for (const action of actions) ({ state, effects } = conversationTransition(state, action));
  return { state, effects };
};
const sent = (runId: string): ConversationAction => ({ type: "sent", runId, text: "question", at });
const bodyOf = ({ effects }: { effects: readonly ConversationEffect[] }) => {
  const post = effects.find((each) => each.type === "post-run");
  return post?.type === "post-run" ? post.body : undefined;
};
const opened = act(initialConversation("c", null), {
  type: "opened",
  isVisible: true,
  models: { preferred: "usual" },
}).state;

/** A conversation whose last answer was asked of a model by name. */
const asked = initialConversation(
  "c",
  viewOf(savedMessages.map((each) => (each.role === "assistant" ? { ...each, askedModel: "kept" } : each))),
);

test("without a choice a question names no model; the browser's usual one where there is one", () => {
  assert.equal(bodyOf(act(initialConversation("c", null), sent(r1)))?.model, undefined);
  assert.equal(bodyOf(act(opened, sent(r1)))?.model, "usual");
});

test("a model that is chosen is kept, is asked next, and is then the log's to remember", () => {
  const chosen = act(opened, { type: "model-chosen", model: "b" });
  assert.deepEqual(chosen.effects, [{ type: "keep-model", model: "b" }]);
  const posted = act(chosen.state, sent(r1));
  assert.equal(bodyOf(posted)?.model, "b");
  const known = act(posted.state, { type: "acknowledged", runId: r1 });
  assert.equal(known.state.model, undefined);
  assert.ok(known.effects.some((each) => each.type === "keep-model" && each.model === undefined));
  assert.equal(nextModel(known.state, undefined), "b", "until the log says it");
});

test("a conversation goes on with the model that it was asked by name last, also for Again and Continue", () => {
  assert.equal(bodyOf(act(asked, sent(r1)))?.model, "kept");
  const again: ConversationAction = { type: "asked-again", how: "retry", runId: r2, at };
  assert.equal(bodyOf(act(asked, again))?.model, "kept");
  assert.equal(bodyOf(act(asked, { type: "model-chosen", model: "b" }, again))?.model, "b");
});

test("a choice of an earlier page is known again, and one of this page counts before it", () => {
  const open: ConversationAction = { type: "opened", isVisible: true, models: { chosen: "early" } };
  assert.equal(act(asked, open).state.model, "early");
  assert.equal(act(asked, { type: "model-chosen", model: "b" }, open).state.model, "b");
});

test("a question that was refused because of its model is sent again to the one that is chosen then", () => {
  const problem = { status: 400, code: "bad_field", detail: "", field: "model" } as const;
  const posted = act(opened, sent(r1)).state;
  const refused = act(posted, { type: "refused", run: emptyRun(r1), problem }).state;
  assert.equal(refused.pending?.state, "not-sent");
  const resent = act(refused, { type: "model-chosen", model: "b" }, { type: "resent" });
  assert.deepEqual(bodyOf(resent), {
    runId: r1,
    message: { text: "question" },
    parentMessageId: null,
    model: "b",
  });
  const unknown = { status: 0, code: "no_connection", detail: "" } as const;
  const lost = act(posted, { type: "refused", run: emptyRun(r1), problem: unknown }).state;
  const same = act(lost, { type: "model-chosen", model: "b" }, { type: "resent" });
  assert.equal(bodyOf(same)?.model, "usual", "the server may have it: the same is sent again");
});
