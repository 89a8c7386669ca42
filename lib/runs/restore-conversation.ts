import type { ConversationSummary } from "../events/conversation-view.ts";
import type { RunContext } from "./run-context.ts";
import { summaryOf } from "./summary-of.ts";

/** Brings a conversation back within its undo time; its runs stay stopped. Null: too late, not theirs, or unknown. */
export async function restoreConversation(
  { storage: { conversations } }: RunContext,
  conversationId: string,
  ownerId: string,
): Promise<ConversationSummary | null> {
  if (!(await conversations.restore(conversationId, ownerId))) return null;
  const restored = await conversations.get(conversationId, ownerId);
  return restored && summaryOf(restored.conversation);
}
