import type { Drafts } from "#lib/client/drafts.ts";

/**
 * For a page whose session is gone, and its conversations with it: what was not sent and what is being
 * written begin a new conversation, under the session that the next page sets.
 */
export function startOver(drafts: Drafts, draftKey: string, unsent: string, runId: string | undefined): void {
  if (runId !== undefined) drafts.sent(runId);
  drafts.carry(draftKey, unsent);
  location.assign("/");
}
