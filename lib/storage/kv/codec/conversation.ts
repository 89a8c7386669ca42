import type { QuestionQueue } from "../../../protocol/question-queue.ts";
import type { Conversation } from "../../conversation-store.ts";
import { type QueueDue, queueDues } from "../../core/queue-due.ts";
import { decodeQueue } from "../../core/stored-json.ts";
import { damaged } from "../../core/unreadable.ts";
import type { Reply } from "../reply.ts";
import { type Fields, parseList, readFields, writeFields } from "./fields.ts";

/** The hash of a conversation. */
export interface ConversationRecord extends Conversation {
  /** A user has chosen the title. */
  titleIsCustom: boolean;
  /** Store ms; undefined: not deleted. */
  deletedAt?: number | undefined;
  /** The run that ended last, which wrote the newest answer. */
  lastRunId?: string | undefined;
  /** What waits to be asked; undefined: nothing ever did. */
  queue?: QueueRecord | undefined;
  /** As core/stored-choices.ts writes them; undefined: none. */
  choices?: string | undefined;
}

/** `encodeQueue` writes its JSON; `due`: core/queue-due.ts. */
interface QueueRecord {
  json: string;
  version: number;
  due: QueueDue;
}

/** For `HSET`. */
export const encodeConversation = (record: ConversationRecord): string[] =>
  writeFields({
    v: "1",
    id: record.id,
    owner: record.userId,
    title: encodeTitle(record.title),
    byHand: record.titleIsCustom ? "1" : "0",
    createdAt: String(record.createdAt),
    updatedAt: String(record.updatedAt),
    active: record.activeRunId ?? "",
    deletedAt: String(record.deletedAt ?? 0),
    writer: record.lastRunId ?? "",
    ...(record.queue && {
      queue: record.queue.json,
      queueVersion: String(record.queue.version),
      queueDue: String(record.queue.due),
    }),
    ...(record.choices !== undefined && { choices: record.choices }),
  });

/** Throws `StorageError("damaged")`. */
export function decodeConversationRecord(flat: Reply): ConversationRecord {
  const fields = readFields(flat, "conversation");
  return {
    ...conversationIn(fields),
    titleIsCustom: fields.optional("byHand") === "1",
    deletedAt: Number(fields.optional("deletedAt") ?? 0) || undefined,
    lastRunId: fields.optional("writer"),
    queue: queueIn(fields),
    choices: fields.optional("choices"),
  };
}

/** Undefined: nothing was ever queued. Throws `StorageError("damaged")`. */
export function decodeQueueOf(flat: Reply, id: string): QuestionQueue | undefined {
  const queue = queueIn(readFields(flat, "conversation"));
  return queue && decodeQueue(queue.json, queue.version, id);
}

function queueIn({ record, optional, number }: Fields): QueueRecord | undefined {
  const json = optional("queue");
  if (json === undefined) return undefined;
  const due = queueDues.find((each) => each === number("queueDue"));
  if (due === undefined) throw damaged(record);
  return { json, version: number("queueVersion"), due };
}

/** Which versions were chosen, as it is stored; "": none. */
export const storedChoicesIn = (flat: Reply): string =>
  readFields(flat, "conversation").optional("choices") ?? "";

/** The conversation as callers see it. Throws `StorageError("damaged")`. */
export const decodeConversation = (flat: Reply): Conversation =>
  conversationIn(readFields(flat, "conversation"));

/** In JSON, which keeps every character, half ones too. */
export const encodeTitle = (title: string): string => JSON.stringify([title]);

function conversationIn(fields: Fields): Conversation {
  const activeRunId = fields.optional("active");
  return {
    id: fields.text("id"),
    userId: fields.text("owner"),
    title: decodeTitle(fields.text("title"), fields.record),
    createdAt: fields.number("createdAt"),
    updatedAt: fields.number("updatedAt"),
    ...(activeRunId !== undefined && { activeRunId }),
  };
}

function decodeTitle(json: string, record: string): string {
  const [title] = parseList(json, record);
  if (typeof title !== "string") throw damaged(record);
  return title;
}
