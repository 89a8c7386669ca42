import type { ToolPart } from "#lib/protocol/message.ts";

/** What a request is known by in this browser: providers number the calls of each answer anew. */
export const requestKey = (runId: string, { approvalId = "" }: Pick<ToolPart, "approvalId">): string =>
  `${runId} ${approvalId}`;
