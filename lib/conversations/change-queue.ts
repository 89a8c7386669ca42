import type { QuestionQueue } from "../protocol/question-queue.ts";
import type { RunContext } from "../runs/run-context.ts";
import { writeBriefly } from "../runs/write-briefly.ts";
import type { QueueSnapshot } from "../storage/conversation-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import { changedQueue, type QueueChange } from "./queue-changes.ts";

/** How often others may have changed it in between. */
const maxQueueAttempts = 50;

/** The queue as it is now, and the run that was the newest then; `full`, `conflict`: nothing has changed. */
type ChangedQueue =
  | { kind: "changed"; queue: QuestionQueue; run: QueueSnapshot["run"] }
  | { kind: "full" | "conflict" };

/** Changes what waits in a conversation, as it is found at that moment. Null: no such conversation. */
export async function changeQueue(
  { clock, storage: { conversations } }: Pick<RunContext, "clock" | "storage">,
  { conversationId, userId }: { conversationId: string; userId: string },
  change: QueueChange,
): Promise<ChangedQueue | null> {
  for (let attempt = 0; attempt < maxQueueAttempts; attempt += 1) {
    const before = await writeBriefly(clock, () => conversations.queue(conversationId, userId));
    if (!before) return null;
    const queue = changedQueue(before, change);
    if (typeof queue === "string") return { kind: queue };
    const { run } = before;
    if (queue === before.queue) return { kind: "changed", queue, run };
    const saved = await writeBriefly(clock, () => conversations.saveQueue(conversationId, userId, queue));
    if (saved === null) return null;
    if (saved === "saved") return { kind: "changed", queue, run };
  }
  throw new StorageError("unavailable", `the queue of conversation ${conversationId} does not stay still`);
}
