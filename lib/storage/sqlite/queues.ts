import type { QuestionQueue } from "../../protocol/question-queue.ts";
import { emptyQueue } from "../../protocol/question-queue.ts";
import type { QueueSnapshot } from "../conversation-store.ts";
import { queueDue } from "../core/queue-due.ts";
import { decodeQueue, encodeQueue } from "../core/stored-json.ts";
import { readRunRow } from "./read-run-row.ts";
import { type ConversationRow, metaOf } from "./rows.ts";
import type { Statements } from "./statements.ts";

/** Undefined: nothing was ever queued. */
export const storedQueueOf = ({ id, queue, queue_version }: ConversationRow): QuestionQueue | undefined =>
  queue === null ? undefined : decodeQueue(queue, queue_version, id);

export function queueSnapshotOf(sql: Statements, row: ConversationRow): QueueSnapshot {
  const newest = sql.newestRunIn.get(row.id);
  return {
    queue: storedQueueOf(row) ?? emptyQueue,
    ...(newest && { run: metaOf(readRunRow(sql, newest.run_id)) }),
  };
}

/** Whether the queue is the next one after that of the row. */
export const followsQueue = (row: Pick<ConversationRow, "queue_version"> | undefined, queue: QuestionQueue) =>
  row?.queue_version === queue.version - 1;

export function saveQueue(sql: Statements, id: string, queue: QuestionQueue): void {
  sql.saveQueue.run(encodeQueue(queue), queue.version, queueDue(queue), id);
}
