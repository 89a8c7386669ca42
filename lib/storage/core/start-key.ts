import type { Start } from "../limit-store.ts";

/** What one start is counted under: with another body or conversation, the same run id is another start. */
export const startKey = ({ runId, conversationId, bodyHash }: Start): string =>
  `${runId} ${conversationId} ${bodyHash}`;
