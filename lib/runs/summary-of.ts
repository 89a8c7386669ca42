import type { ConversationSummary } from "../events/conversation-view.ts";
import type { Conversation } from "../storage/storage.ts";

/** A conversation as answers show it: none names its owner. */
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
