import type { ConversationSummary } from "../protocol/conversation-view.ts";
import type { Conversation } from "../storage/conversation-store.ts";

/** A conversation as answers show it: none names its user. */
export const summaryOf = ({
  id,
  title,
  createdAt,
  updatedAt,
  activeRunId,
}: Conversation): ConversationSummary => ({
  id,
  title,
  createdAt,
  updatedAt,
  ...(activeRunId !== undefined && { activeRunId }),
});
