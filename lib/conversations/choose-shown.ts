import type { ConversationSummary } from "../protocol/conversation-view.ts";
import type { RunContext } from "../runs/run-context.ts";
import { summaryOf } from "./summary-of.ts";

/**
 * Has a conversation read through that version of a question or an answer, by everybody. Null: unknown,
 * deleted, another user's, or without such a message.
 */
export async function chooseShown(
  { storage: { conversations } }: Pick<RunContext, "storage">,
  conversationId: string,
  userId: string,
  messageId: string,
): Promise<ConversationSummary | null> {
  const conversation = await conversations.choose(conversationId, userId, messageId);
  return conversation && summaryOf(conversation);
}
