import type { UserMessage } from "../../protocol/message.ts";

/**
 * A question with its fields in the order in which every store returns them: its JSON is the same everywhere.
 */
export const orderQuestion = ({
  id,
  parentId,
  runId,
  role,
  createdAt,
  ...rest
}: UserMessage): UserMessage => ({
  id,
  parentId,
  runId,
  role,
  createdAt,
  ...rest,
});
