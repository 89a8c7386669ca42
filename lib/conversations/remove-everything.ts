import type { RunContext } from "../runs/run-context.ts";
import { removeConversation } from "./remove-conversation.ts";

/** Conversations deleted at the same time. */
const maxAtOnce = 50;

/**
 * Deletes all conversations of the user and stops their live runs; returns how many. Call it again after a
 * failure: what is left is deleted then. A conversation that is created meanwhile may stay.
 */
export async function removeEverything(context: RunContext, userId: string): Promise<number> {
  let total = 0;
  for (;;) {
    const { conversations } = await context.storage.conversations.list(userId, { limit: maxAtOnce });
    const removals = await Promise.allSettled(
      conversations.map(({ id }) => removeConversation(context, id, userId)),
    );
    // Thrown once all removals have ended: none goes on after this call.
    for (const removal of removals) if (removal.status === "rejected") throw removal.reason;
    const removed = removals.filter((removal) => removal.status === "fulfilled" && removal.value).length;
    if (removed === 0) return total;
    total += removed;
  }
}
