import type { LogEntry } from "../../protocol/log-entry.ts";
import type { Message } from "../../protocol/message.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { type RunStatus, runStatuses } from "../../protocol/run-status.ts";
import type { Conversation } from "../conversation-store.ts";
import { checkLog } from "../core/check-log.ts";
import { decodeFold, decodeMessage } from "../core/stored-json.ts";
import { damaged } from "../core/unreadable.ts";
import type { AppendResult, Holder, LeaseReply, RunMeta, StopRequest } from "../run-store.ts";
import { type Reply, textAt, textsOf } from "./run-script.ts";

/** A hash, given as its field names and values in turn. */
export const fieldsOf = (flat: Reply): Map<string, string> => {
  const texts = textsOf(flat);
  return new Map(texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1] ?? ""] as const] : [])));
};

const isStatus = (text: string): text is RunStatus => runStatuses.some((status) => status === text);

/**
 * A run as callers see it. Throws `StorageError("damaged")` if its record was cut short or changed by hand.
 */
export function decodeRun(flat: Reply): RunMeta {
  const fields = fieldsOf(flat);
  const runId = fields.get("id") ?? "";
  const record = `run ${runId}`;
  const text = (name: string) => fields.get(name) ?? fail(record);
  const status = text("status");
  const about = decodeJson(text("about"), record);
  if (!isStatus(status) || typeof about.agent !== "string") throw damaged(record);
  const parentRunId = text("parent");
  const holder = text("holder");
  const stop = stopOf(text("stop"), text("stopAt"), record);
  return {
    runId,
    conversationId: text("conversation"),
    userId: text("owner"),
    messageId: text("message"),
    userMessageId: text("question"),
    ...(parentRunId !== "" && { parentRunId }),
    agent: about.agent,
    ...(typeof about.model === "string" && { model: about.model }),
    status,
    epoch: numberOf(text("epoch"), record),
    head: numberOf(text("head"), record),
    createdAt: numberOf(text("createdAt"), record),
    leaseUntil: numberOf(text("leaseUntil"), record),
    ...(holder !== "" && { holder: decodeHolder(holder, record) }),
    ...(stop && { stop }),
    continuations: numberOf(text("continuations"), record),
    deleted: text("deletedAt") !== "0",
  };
}

/** Who holds a lease, always in the same words: scripts compare them as texts. */
export const encodeHolder = ({ host, boot, pid, startedAt }: Holder): string =>
  JSON.stringify([host, boot, pid, startedAt]);

function decodeHolder(json: string, record: string): Holder {
  const [host, boot, pid, startedAt]: unknown[] = decodeList(json, record);
  if (typeof host !== "string" || typeof boot !== "string" || typeof startedAt !== "string")
    throw damaged(record);
  return { host, boot, pid: numberOf(String(pid), record), startedAt };
}

export const encodeStop = (by: string, reason: string | undefined): string => JSON.stringify({ by, reason });

function stopOf(json: string, at: string, record: string): StopRequest | undefined {
  if (json === "") return undefined;
  const { by, reason } = decodeJson(json, record);
  if (typeof by !== "string") throw damaged(record);
  return { by, ...(typeof reason === "string" && { reason }), at: numberOf(at, record) };
}

/** What every step tells an owner: kind, head, stop, when it was asked. */
export function decodeAppend(reply: Reply, runId: string): AppendResult & { kind: string } {
  const kind = textAt(reply, 0) as AppendResult["kind"]; // Cast: the scripts know no other words.
  return { kind, ...decodeAnswer(reply, runId) };
}

export function decodeAnswer(reply: Reply, runId: string): LeaseReply {
  const record = `run ${runId}`;
  const stop = stopOf(textAt(reply, 2), textAt(reply, 3), record);
  return { head: numberOf(textAt(reply, 1), record), ...(stop && { stop }) };
}

/** The entries of a log: id, epoch and JSON in turn. There must be `expected` of them, and no gap. */
export function decodeEntries(flat: Reply, runId: string, after: number, expected: number): LogEntry[] {
  const texts = textsOf(flat);
  const rows = Array.from({ length: Math.floor(texts.length / 3) }, (_, at) => ({
    seq: Number(texts[at * 3]?.slice(2)),
    epoch: Number(texts[at * 3 + 1]),
    json: texts[at * 3 + 2] ?? "",
  }));
  const entries = checkLog(runId, after, rows);
  if (entries.length < expected) throw damaged(`event ${after + 1 + entries.length} of run ${runId}`);
  return entries;
}

/** A run's newest fold, its seq and JSON; none yet: no JSON. */
export const decodeStoredFold = (seq: string, json: string, runId: string): RunState | undefined =>
  json === "" ? undefined : decodeFold(json, runId, Number(seq));

/** The messages of a conversation, in the order in which they joined it. */
export const decodeMessages = (ids: Reply, texts: Reply, conversationId: string): Message[] =>
  textsOf(ids).map((id, at) => decodeRecord(textAt(texts, at), conversationId, id));

/**
 * A question gets its time and its place from the script that saves it, beside the text that came from
 * outside.
 */
export function decodeRecord(json: string, conversationId: string, messageId: string): Message {
  const message = decodeMessage(json, conversationId, messageId);
  if (message.role !== "user") return message;
  const { createdAt, parentId } = decodeJson(json, `message ${messageId}`);
  if (typeof createdAt !== "number") throw damaged(`message ${messageId} of conversation ${conversationId}`);
  const { id, parentId: _, runId, role, createdAt: __, ...rest } = message;
  // In the order in which the other stores keep them: what readers get is the same, byte for byte.
  return { id, parentId: typeof parentId === "string" ? parentId : null, runId, role, createdAt, ...rest };
}

/** A conversation as callers see it. Throws `StorageError("damaged")`. */
export function decodeConversation(flat: Reply): Conversation {
  const fields = fieldsOf(flat);
  const id = fields.get("id") ?? "";
  const record = `conversation ${id}`;
  const text = (name: string) => fields.get(name) ?? fail(record);
  const [title] = decodeList(text("title"), record);
  if (typeof title !== "string") throw damaged(record);
  const activeRunId = text("active");
  return {
    id,
    userId: text("owner"),
    title,
    createdAt: numberOf(text("createdAt"), record),
    updatedAt: numberOf(text("updatedAt"), record),
    ...(activeRunId !== "" && { activeRunId }),
  };
}

/** Texts of people travel as JSON: every character comes back as it was. */
export const encodeTitle = (title: string): string => JSON.stringify([title]);

function decodeJson(json: string, record: string): Record<string, unknown> {
  const value = parse(json, record);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw damaged(record);
  return value as Record<string, unknown>; // Cast: an object, as just asked.
}

function decodeList(json: string, record: string): unknown[] {
  const value = parse(json, record);
  if (!Array.isArray(value)) throw damaged(record);
  return value;
}

function parse(json: string, record: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw damaged(record, cause);
  }
}

function numberOf(text: string, record: string): number {
  const number = Number(text);
  if (text === "" || !Number.isSafeInteger(number)) throw damaged(record);
  return number;
}

function fail(record: string): never {
  throw damaged(record);
}
