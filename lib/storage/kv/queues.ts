import { emptyQueue, type QuestionQueue } from "../../protocol/question-queue.ts";
import type { ConversationStore, QueueSnapshot } from "../conversation-store.ts";
import { queueDue } from "../core/queue-due.ts";
import { encodeQueue } from "../core/stored-json.ts";
import type { DueQueue, RunStore } from "../run-store.ts";
import { decodeQueueOf } from "./codec/conversation.ts";
import { decodeRun } from "./codec/run.ts";
import type { KvContext } from "./kv-context.ts";
import { listAt, textAt, textsOf } from "./reply.ts";
import { retryOnChange } from "./retry-on-change.ts";
import {
  listDueQueuesScript,
  readDueQueuesScript,
  readQueueScript,
  saveQueueScript,
} from "./scripts/queue.ts";

/** Conversations looked at by one sweep, and by one script: no other command runs meanwhile. */
const maxQueuesListed = 1000;
const maxQueuesRead = 100;

/** What waits in conversations to be asked, each in the record of its conversation. */
export function createKvQueues({
  script,
  keys,
}: Pick<KvContext, "script" | "keys">): Pick<ConversationStore, "queue" | "saveQueue"> &
  Pick<RunStore, "dueQueues"> {
  return {
    async queue(id, userId) {
      let runId = "";
      const reply = await retryOnChange(`conversation ${id}`, async () => {
        const records = [keys.conversation(id).record, keys.run(id, runId).record];
        const read = await script(readQueueScript, records, [userId, runId]);
        if (textAt(read, 0) !== "run") return read;
        runId = textAt(read, 1);
        return undefined;
      });
      if (reply.length === 0) return null;
      const run = listAt(reply, 2);
      const queue = decodeQueueOf(listAt(reply, 1), id) ?? emptyQueue;
      return { queue, ...(run.length > 0 && { run: decodeRun(run) }) } satisfies QueueSnapshot;
    },
    async saveQueue(id, userId, queue) {
      const reply = await script(
        saveQueueScript,
        [keys.conversation(id).record, keys.dueQueues],
        [userId, id, queue.version - 1, ...encodeQueueFields(queue)],
      );
      if (reply.length === 0) return null;
      return textAt(reply, 0) === "saved" ? "saved" : "changed";
    },
    async dueQueues(limit) {
      const ids = textsOf(await script(listDueQueuesScript, [keys.dueQueues], [maxQueuesListed]));
      const due: DueQueue[] = [];
      for (let from = 0; from < ids.length && due.length < limit; from += maxQueuesRead) {
        const some = ids.slice(from, from + maxQueuesRead);
        const records = some.map((id) => keys.conversation(id).record);
        const found = textsOf(await script(readDueQueuesScript, [keys.dueQueues, ...records], some));
        for (let at = 0; at < found.length; at += 2)
          due.push({ conversationId: found[at] ?? "", userId: found[at + 1] ?? "" });
      }
      return due.slice(0, limit);
    },
  };
}

/** What scripts take of a queue: its version, itself, and what is due. */
export const encodeQueueFields = (queue: QuestionQueue): (string | number)[] => [
  queue.version,
  encodeQueue(queue),
  queueDue(queue),
];
