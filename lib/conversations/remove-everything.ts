import type { RunContext } from "../runs/run-context.ts";
import { removeConversation } from "./remove-conversation.ts";

/** Conversations that are deleted together. */
const batchSize = 50;

/**
 * Deletes every conversation of the user, stops what these are doing, and deletes the notes; how many
 * conversations there were. If it fails in between, the next call goes on. What is begun meanwhile may stay.
 */
export async function removeEverything(context: RunContext, userId: string): Promise<number> {
  let total = 0;
  for (;;) {
    const { conversations } = await context.storage.conversations.list(userId, { limit: batchSize });
    const removals = await Promise.allSettled(
      conversations.map(({ id }) => removeConversation(context, id, userId)),
    );
    // Thrown once the others of the batch have settled: nothing goes on behind the caller's back.
    for (const each of removals) if (each.status === "rejected") throw each.reason;
    const removed = removals.filter((each) => each.status === "fulfilled" && each.value).length;
    if (removed === 0) break;
    total += removed;
  }
  // Last: a run that was live until now may have saved one.
  await context.storage.notes.removeAll(userId);
  return total;
}
