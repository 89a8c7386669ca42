import type { ConversationList, ConversationView } from "../events/conversation-view.ts";
import { findRun } from "./find-run.ts";
import { stateOf } from "./own-run.ts";
import type { RunContext } from "./run-context.ts";
import { summaryOf } from "./summary-of.ts";

const pageSize = 50;

/** A conversation with its live run folded as far as the store has it. Null: not theirs, deleted, or unknown. */
export async function readConversation(
  context: RunContext,
  conversationId: string,
  ownerId: string,
): Promise<ConversationView | null> {
  const { conversations } = context.storage;
  let snapshot = await conversations.get(conversationId, ownerId);
  if (snapshot?.active && snapshot.active.run.leaseUntil <= context.clock.wall()) {
    await findRun(context, snapshot.active.run.runId, ownerId);
    snapshot = await conversations.get(conversationId, ownerId);
  }
  if (!snapshot) return null;
  const { conversation, messages, active } = snapshot;
  const view = { conversation: summaryOf(conversation), messages };
  if (!active) return view;
  const state = stateOf(active);
  const { runId, status } = active.run;
  return { ...view, activeRun: { runId, epoch: state.epoch, seq: state.seq, status, state } };
}

/** The owner's conversations, newest first. */
export async function listConversations(
  context: RunContext,
  ownerId: string,
  cursor?: string,
): Promise<ConversationList> {
  const options = { limit: pageSize, ...(cursor !== undefined && { cursor }) };
  const page = await context.storage.conversations.list(ownerId, options);
  return {
    conversations: page.conversations.map(summaryOf),
    ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
  };
}
