import type { RunContext } from "../runs/run-context.ts";
import { stopRun } from "../runs/stop-run.ts";

/**
 * Deletes the conversation, which can be undone for a while, and stops what it is doing (protocol 5.7).
 * Idempotent until it is purged. False: not theirs, or unknown.
 */
export async function removeConversation(
  context: RunContext,
  conversationId: string,
  userId: string,
): Promise<boolean> {
  const { conversations } = context.storage;
  // A conversation that cannot be read any more can still be deleted.
  const before = await conversations.get(conversationId, userId).catch(() => null);
  if (!(await conversations.remove(conversationId, userId))) return false;
  // The stop is durable with the deletion. This reaches a holder in this process sooner, and ends a run
  // without one.
  const runId = before?.conversation.activeRunId;
  if (runId !== undefined) await stopRun(context, runId, "user", "deleted");
  return true;
}
