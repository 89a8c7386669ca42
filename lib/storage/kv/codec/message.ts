import type { Message, UserMessage } from "../../../protocol/message.ts";
import { orderQuestion } from "../../core/question-order.ts";
import { decodeMessage, encodeStored } from "../../core/stored-json.ts";
import { damaged } from "../../core/unreadable.ts";
import { type Reply, textAt, textsOf } from "../reply.ts";
import { parseObject } from "./fields.ts";

/**
 * A message of a conversation. An answer is kept as every store keeps it (core/stored-json.ts). A question
 * has its time and its parent beside the rest, because only the script that saves it knows them:
 * `questionRecord` in lua-records.ts writes the same text.
 */
export function encodeMessage(message: Message): string {
  if (message.role !== "user") return encodeStored(message);
  const { createdAt, parentId, ...question } = message;
  return JSON.stringify({ v: 1, createdAt, parentId, value: inBodyOrder(question) });
}

/** The part of a question that does not depend on when and where it is saved. */
export const encodeQuestion = (question: Question): string => JSON.stringify(inBodyOrder(question));

type Question = Omit<UserMessage, "createdAt" | "parentId">;

const inBodyOrder = ({ id, runId, role, ...rest }: Question): Question => ({ id, runId, role, ...rest });

/** Throws `StorageError`: `damaged`, `newer-schema`. */
export function decodeMessageRecord(json: string, conversationId: string, messageId: string): Message {
  const message = decodeMessage(json, conversationId, messageId);
  if (message.role !== "user") return message;
  const { createdAt, parentId } = parseObject(json, `message ${messageId}`);
  if (typeof createdAt !== "number") throw damaged(`message ${messageId} of conversation ${conversationId}`);
  return orderQuestion({ ...message, parentId: typeof parentId === "string" ? parentId : null, createdAt });
}

/** The messages of a conversation, in the order in which they were added. */
export const decodeMessages = (ids: Reply, texts: Reply, conversationId: string): Message[] =>
  textsOf(ids).map((id, index) => decodeMessageRecord(textAt(texts, index), conversationId, id));
