import type { ConversationList } from "../protocol/conversation-view.ts";
import type { RunContext } from "../runs/run-context.ts";
import { summaryOf } from "./summary-of.ts";

/** Conversations of one page of the list. */
const maxPerPage = 50;

/** The user's conversations, the newest updated first. `cursor`: the page after the one that returned it. */
export async function listConversations(
  { storage: { conversations } }: Pick<RunContext, "storage">,
  userId: string,
  cursor?: string,
): Promise<ConversationList> {
  const page = await conversations.list(userId, {
    limit: maxPerPage,
    ...(cursor !== undefined && { cursor }),
  });
  return {
    conversations: page.conversations.map(summaryOf),
    ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
  };
}
