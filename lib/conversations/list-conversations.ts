import type { ConversationList } from "../protocol/conversation-view.ts";
import type { RunContext } from "../runs/run-context.ts";
import { summaryOf } from "./summary-of.ts";

const pageSize = 50;

/** A page of the user's conversations, newest first; `cursor` is that of the page before. */
export async function listConversations(
  { storage: { conversations } }: Pick<RunContext, "storage">,
  userId: string,
  cursor?: string,
): Promise<ConversationList> {
  const options = { limit: pageSize, ...(cursor !== undefined && { cursor }) };
  const page = await conversations.list(userId, options);
  return {
    conversations: page.conversations.map(summaryOf),
    ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
  };
}
