import type { ConversationView } from "../protocol/conversation-view.ts";
import { stateOf } from "../runs/drive-run.ts";
import { findRun } from "../runs/find-run.ts";
import type { RunContext } from "../runs/run-context.ts";
import { mayTakeOver } from "../storage/core/lease-rules.ts";
import { summaryOf } from "./summary-of.ts";

/**
 * A conversation, with its live run folded up to what is stored. A live run that nobody holds is taken over
 * first. Null: unknown, deleted, or another user's.
 */
export async function readConversation(
  context: RunContext,
  conversationId: string,
  userId: string,
): Promise<ConversationView | null> {
  const { conversations } = context.storage;
  let snapshot = await conversations.get(conversationId, userId);
  if (snapshot?.active && mayTakeOver(snapshot.active.run, context.clock.wall())) {
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
