import { createLatch, type Latch } from "../async/latch.ts";
import { changeTag, type NewestChange } from "../protocol/newest-change.ts";
import type { ConversationStore } from "../storage/conversation-store.ts";

/** Tells whoever waits for it that something has changed in a user's list of conversations. */
export interface ListWatch {
  /**
   * The newest change: at once if it is another one than `tag`, else once there is another, or as it is when
   * the signal aborts. Throws `StorageError`.
   */
  next(userId: string, tag: string | undefined, signal: AbortSignal): Promise<NewestChange>;
  /** This process has changed something: those who wait look now. */
  notify(userId: string): void;
}

/**
 * What this process changes is told at once; what others do is found within `lookMs`, by a read of one row
 * for each browser that waits.
 */
export function createListWatch(conversations: Pick<ConversationStore, "list">, lookMs: number): ListWatch {
  const waiting = new Map<string, Set<Latch>>();

  function wait(userId: string): { latch: Latch; leave(): void } {
    const latch = createLatch();
    const latches = waiting.get(userId) ?? new Set();
    waiting.set(userId, latches.add(latch));
    return {
      latch,
      leave() {
        latch.close();
        latches.delete(latch);
        if (latches.size === 0 && waiting.get(userId) === latches) waiting.delete(userId);
      },
    };
  }

  return {
    async next(userId, tag, signal) {
      const { latch, leave } = wait(userId);
      signal.addEventListener("abort", latch.close, { once: true });
      try {
        for (;;) {
          const newest = await newestChange(conversations, userId);
          if (newest.tag !== tag || signal.aborted) return newest;
          await latch.wait(lookMs);
        }
      } finally {
        signal.removeEventListener("abort", latch.close);
        leave();
      }
    },
    notify(userId) {
      for (const latch of waiting.get(userId) ?? []) latch.set();
    },
  };
}

async function newestChange(
  conversations: Pick<ConversationStore, "list">,
  userId: string,
): Promise<NewestChange> {
  const [newest] = (await conversations.list(userId, { limit: 1 })).conversations;
  const { id: conversationId, activeRunId } = newest ?? {};
  return {
    tag: changeTag(newest),
    ...(conversationId !== undefined && { conversationId }),
    ...(activeRunId !== undefined && { activeRunId }),
  };
}
