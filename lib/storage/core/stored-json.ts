import { isRecord } from "../../protocol/is-record.ts";
import { isDeeper, maxStoredDepth } from "../../protocol/json-bounds.ts";
import type { Message } from "../../protocol/message.ts";
import type { QuestionQueue } from "../../protocol/question-queue.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { type StoredMessage, storedMessage, upgradeMessage } from "../../protocol/upgrade-parts.ts";
import { type StoredRun, storedRun, upgradeRun } from "../../protocol/upgrade-run.ts";
import { StorageError } from "../storage-error.ts";
import { damaged } from "./unreadable.ts";

/** Of stored JSON. A build refuses a higher one: a newer build wrote it. */
const storedVersion = 1;

/** A message or a fold as every store keeps it: `{"v":1,"value":…}`. */
export const encodeStored = (value: Message | RunState): string =>
  JSON.stringify({ v: storedVersion, value: "seq" in value ? storedRun(value) : storedMessage(value) });

/** Throws `StorageError`: `damaged` if the text was cut short or changed by hand, `newer-schema`. */
export function decodeMessage(json: string, conversationId: string, messageId: string): Message {
  const record = `message ${messageId} of conversation ${conversationId}`;
  const value = decodeStored(json, record);
  const hasBody = value.role === "user" ? typeof value.text === "string" : Array.isArray(value.parts);
  if (value.id !== messageId || !hasBody) throw damaged(record);
  // Cast: `encodeStored` wrote it, and it still looks like it.
  return upgradeMessage(value as unknown as StoredMessage);
}

/** Throws `StorageError`: `damaged` if the text was cut short or changed by hand, `newer-schema`. */
export function decodeFold(json: string, runId: string, seq: number): RunState {
  const record = `fold of run ${runId}`;
  const value = decodeStored(json, record);
  if (value.runId !== runId || value.seq !== seq || !Array.isArray(value.parts)) throw damaged(record);
  // Cast: `encodeStored` wrote it, and it still looks like it.
  return upgradeRun(value as unknown as StoredRun);
}

/** A queue as every store keeps it, its version beside it. */
export function encodeQueue(queue: QuestionQueue): string {
  const { version: _, ...value } = queue;
  return JSON.stringify({ v: storedVersion, value });
}

/** Throws `StorageError`: `damaged` if the text was cut short or changed by hand, `newer-schema`. */
export function decodeQueue(json: string, version: number, conversationId: string): QuestionQueue {
  const record = `queue of conversation ${conversationId}`;
  const { questions, left, ...value } = decodeStored(json, record);
  const hasQuestions = Array.isArray(questions) && questions.every(isQueuedQuestion);
  if (!hasQuestions || !Array.isArray(left)) throw damaged(record);
  // Cast: `encodeQueue` wrote it, and it still looks like it.
  return { version, questions, ...value, left } as QuestionQueue;
}

const isQueuedQuestion = (value: unknown): boolean =>
  isRecord(value) && typeof value["id"] === "string" && typeof value["text"] === "string";

function decodeStored(json: string, record: string): Record<string, unknown> {
  const stored = parseStored(json, record);
  if (!isRecord(stored) || !isRecord(stored.value) || typeof stored.v !== "number") throw damaged(record);
  if (stored.v > storedVersion) {
    throw new StorageError(
      "newer-schema",
      `a newer build wrote the ${record} (version ${stored.v}): start that one`,
    );
  }
  return stored.value;
}

/** What no build has written: whoever makes JSON of it again would run out of stack. */
export const isStoredTooDeep = (json: string): boolean =>
  json.length > maxHarmlessLength && isDeeper(json, maxStoredDepth);

/** Characters that no stack is too small for, however they nest: nearly every delta is shorter. */
const maxHarmlessLength = 4096;

function parseStored(json: string, record: string): unknown {
  if (isStoredTooDeep(json)) throw damaged(record);
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw damaged(record, cause);
  }
}
