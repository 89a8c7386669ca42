import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConversationAction } from "#lib/client/conversation/conversation-action.ts";
import { type ConversationState, initialConversation } from "#lib/client/conversation/conversation-state.ts";
import { conversationTransition } from "#lib/client/conversation/conversation-transition.ts";
import { nextAgent } from "#lib/client/conversation/next-agent.ts";
import { turnsOf } from "#lib/client/conversation/turns.ts";
import { r2, savedMessages, viewOf } from "../../../support/conversation-situations.ts";
import { at } from "../../../support/transition-rows.ts";

const bodyAfter = (state: ConversationState, ...actions: ConversationAction[]) => {
  let step = conversationTransition(state, actions[0] ?? { type: "discarded" });
  for (const action of actions.slice(1)) step = conversationTransition(step.state, action);
  const post = step.effects.find((effect) => effect.type === "post-run");
  return post?.type === "post-run" ? post.body : undefined;
};
const sent: ConversationAction = { type: "sent", runId: r2, text: "question", at };
const answeredBy = (agent: string) =>
  initialConversation(
    "c",
    viewOf(savedMessages.map((each) => (each.role === "assistant" ? { ...each, agent } : each))),
  );

test("a question names no agent where the usual one answers", () => {
  assert.equal(bodyAfter(initialConversation("c", null), sent)?.agent, undefined);
  assert.equal(bodyAfter(answeredBy("assistant"), sent)?.agent, undefined);
});

test("a conversation goes on with the agent that answered last, until another is chosen", () => {
  const state = answeredBy("researcher");
  assert.equal(nextAgent(state, turnsOf(state).at(-1)), "researcher");
  assert.equal(bodyAfter(state, sent)?.agent, "researcher");
  assert.equal(bodyAfter(state, { type: "agent-chosen", agent: "editor" }, sent)?.agent, "editor");
  assert.equal(bodyAfter(state, { type: "agent-chosen", agent: "assistant" }, sent)?.agent, undefined);
});

test("an answer is continued by the agent that began it", () => {
  const state = answeredBy("researcher");
  const continued: ConversationAction = { type: "asked-again", how: "continue", runId: r2, at };
  assert.equal(bodyAfter(state, { type: "agent-chosen", agent: "editor" }, continued)?.agent, "researcher");
});
