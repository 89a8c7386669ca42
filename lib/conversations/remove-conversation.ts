import type { RunContext } from "../runs/run-context.ts";
import { stopRun } from "../runs/stop-run.ts";

/**
 * Deletes a conversation, which can be undone for a while, and stops its live run (protocol 5.7). Idempotent
 * until it is purged. False: unknown, or another user's.
 */
export async function removeConversation(
  context: RunContext,
  conversationId: string,
  userId: string,
): Promise<boolean> {
  const { conversations } = context.storage;
  // One that can no longer be read can still be deleted.
  const before = await conversations.get(conversationId, userId).catch(() => null);
  if (!(await conversations.remove(conversationId, userId))) return false;
  // The stop is stored with the deletion. This stops a run of this process without waiting for the notice,
  // and ends one that nobody holds.
  const runId = before?.conversation.activeRunId;
  if (runId !== undefined) await stopRun(context, runId, "user", "deleted");
  return true;
}
