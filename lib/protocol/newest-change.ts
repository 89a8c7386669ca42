import type { ConversationSummary } from "./conversation-view.ts";

/** What changed last in a user's list of conversations: a hint to look, never content. */
export interface NewestChange {
  /** As `changeTag` gives it. */
  tag: string;
  /** Absent: there is no conversation. */
  conversationId?: string;
  /** The run that is answering there. */
  activeRunId?: string;
}

/** Names the newest change by the newest conversation: every start and end of a run brings its own there. */
export function changeTag(
  newest: Pick<ConversationSummary, "id" | "title" | "updatedAt" | "activeRunId"> | undefined,
): string {
  if (!newest) return "none";
  const { id, title, updatedAt, activeRunId = "" } = newest;
  let hash = 0;
  for (const unit of `${title}\n${activeRunId}`)
    hash = (Math.imul(hash, 31) + (unit.codePointAt(0) ?? 0)) | 0;
  return `${updatedAt}.${(hash >>> 0).toString(36)}.${id.slice(0, 8)}`;
}
