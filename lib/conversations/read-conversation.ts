import type { ConversationList, ConversationView } from "../protocol/conversation-view.ts";
import { stateOf } from "../runs/drive-run.ts";
import { findRun } from "../runs/find-run.ts";
import type { RunContext } from "../runs/run-context.ts";
import { summaryOf } from "./summary-of.ts";

const pageSize = 50;

/**
 * A conversation with its live run folded as far as the store has it. Null: not theirs, deleted, or unknown.
 */
export async function readConversation(
  context: RunContext,
  conversationId: string,
  userId: string,
): Promise<ConversationView | null> {
  const { conversations } = context.storage;
  let snapshot = await conversations.get(conversationId, userId);
  if (snapshot?.active && snapshot.active.run.leaseUntil <= context.clock.wall()) {
    await findRun(context, snapshot.active.run.runId, userId);
    snapshot = await conversations.get(conversationId, userId);
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
  userId: string,
  cursor?: string,
): Promise<ConversationList> {
  const options = { limit: pageSize, ...(cursor !== undefined && { cursor }) };
  const page = await context.storage.conversations.list(userId, options);
  return {
    conversations: page.conversations.map(summaryOf),
    ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
  };
}
