import type { RunContext } from "../runs/run-context.ts";
import { removeConversation } from "./remove-conversation.ts";

/** Deleted at a time, together. */
const pageSize = 50;

/**
 * Deletes every conversation of the owner and stops what they are doing; how many. One that breaks off is
 * begun again by the next call. What is asked meanwhile may stay.
 */
export async function removeEverything(context: RunContext, userId: string): Promise<number> {
  let count = 0;
  for (;;) {
    const { conversations } = await context.storage.conversations.list(userId, { limit: pageSize });
    const removed = await Promise.allSettled(
      conversations.map(({ id }) => removeConversation(context, id, userId)),
    );
    // Thrown once the others of the page are done: nothing goes on behind the caller's back.
    for (const each of removed) if (each.status === "rejected") throw each.reason;
    const fresh = removed.filter((each) => each.status === "fulfilled" && each.value).length;
    if (fresh === 0) return count;
    count += fresh;
  }
}
