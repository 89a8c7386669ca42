import type { ConversationSummary } from "../protocol/conversation-view.ts";
import type { RunContext } from "../runs/run-context.ts";
import { summaryOf } from "./summary-of.ts";

/** Gives a conversation a custom title, which stays. Null: unknown, deleted, or another user's. */
export async function renameConversation(
  { storage: { conversations } }: Pick<RunContext, "storage">,
  conversationId: string,
  userId: string,
  title: string,
): Promise<ConversationSummary | null> {
  const conversation = await conversations.rename(conversationId, userId, title);
  return conversation && summaryOf(conversation);
}
