import type { ConversationSummary } from "../protocol/conversation-view.ts";
import type { RunContext } from "../runs/run-context.ts";
import { summaryOf } from "./summary-of.ts";

/**
 * Undoes the deletion of a conversation within its undo time; its runs stay stopped. Null: too late, not
 * theirs, or unknown.
 */
export async function restoreConversation(
  { storage: { conversations } }: Pick<RunContext, "storage">,
  conversationId: string,
  userId: string,
): Promise<ConversationSummary | null> {
  if (!(await conversations.restore(conversationId, userId))) return null;
  const restored = await conversations.get(conversationId, userId);
  return restored && summaryOf(restored.conversation);
}
