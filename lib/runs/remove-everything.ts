import { removeConversation } from "./remove-conversation.ts";
import type { RunContext } from "./run-context.ts";

/** Deleted at a time, together. */
const pageSize = 50;

/**
 * Deletes every conversation of the owner and stops what they are doing; how many. One that breaks off is begun again
 * by the next call. What is asked meanwhile may stay.
 */
export async function removeEverything(context: RunContext, ownerId: string): Promise<number> {
  let count = 0;
  for (;;) {
    const { conversations } = await context.storage.conversations.list(ownerId, { limit: pageSize });
    const removed = await Promise.all(
      conversations.map(({ id }) => removeConversation(context, id, ownerId)),
    );
    const fresh = removed.filter(Boolean).length;
    if (fresh === 0) return count;
    count += fresh;
  }
}
