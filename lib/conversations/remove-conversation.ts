import type { RunContext } from "../runs/run-context.ts";
import { stopRun } from "../runs/stop-run.ts";

/**
 * Deletes the conversation, to be brought back for a while, and stops what it is doing (protocol 5.7).
 * Idempotent until it is purged. False: not theirs, or unknown.
 */
export async function removeConversation(
  context: RunContext,
  conversationId: string,
  userId: string,
): Promise<boolean> {
  const { conversations } = context.storage;
  // One that cannot be read any more can still be deleted.
  const before = await conversations.get(conversationId, userId).catch(() => null);
  if (!(await conversations.remove(conversationId, userId))) return false;
  // The stop is set and rung with the deletion; this spares the owner the way through the bell, or ends an
  // orphan.
  const runId = before?.conversation.activeRunId;
  if (runId !== undefined) await stopRun(context, runId, "user", "deleted");
  return true;
}
