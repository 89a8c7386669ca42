import { type RunStatus, runStatuses } from "../../../protocol/run-status.ts";
import type { InboxRecord } from "../../core/inbox-rules.ts";
import { damaged } from "../../core/unreadable.ts";
import type { Holder, RunMeta, StopRequest } from "../../run-store.ts";
import type { Reply } from "../reply.ts";
import { type Fields, parseInteger, parseList, parseObject, readFields, writeFields } from "./fields.ts";
import { decodeInbox, encodeInbox } from "./inbox.ts";

/** The hash of a run. */
export interface RunRecord extends Omit<RunMeta, "deleted" | "unread"> {
  bodyHash: string;
  /** Of the newest claim; undefined: never claimed, or suspended. */
  token?: string | undefined;
  /** Of the claim that was suspended last. */
  suspendedToken?: string | undefined;
  /** Whether its answer can be continued; undefined before its end. */
  isContinuable?: boolean | undefined;
  /** Which call changed the run last: a repeat of that call gets the same answer. */
  lastCall?: string | undefined;
  /** What persons have sent into it (inbox.ts); most runs have none. */
  inbox: readonly InboxRecord[];
}

/** For `HSET`. */
export const encodeRun = (record: RunRecord): string[] =>
  writeFields({
    v: "1",
    id: record.runId,
    conversation: record.conversationId,
    owner: record.userId,
    body: record.bodyHash,
    message: record.messageId,
    question: record.userMessageId,
    parent: record.parentRunId ?? "",
    about: JSON.stringify({ agent: record.agent, model: record.model }),
    status: record.status,
    epoch: String(record.epoch),
    head: String(record.head),
    createdAt: String(record.createdAt),
    leaseUntil: String(record.leaseUntil),
    token: record.token ?? "",
    suspended: record.suspendedToken ?? "",
    holder: record.holder ? encodeHolder(record.holder) : "",
    stop: record.stop ? encodeStop(record.stop.by, record.stop.reason) : "",
    stopAt: String(record.stop?.at ?? 0),
    continuations: String(record.continuations),
    brokeOff: record.isContinuable === undefined ? "" : encodeFlag(record.isContinuable),
    call: record.lastCall ?? "",
    ...encodeInbox(record.inbox),
  });

/** Throws `StorageError("damaged")`. */
export function decodeRunRecord(flat: Reply): RunRecord {
  const fields = readFields(flat, "run");
  const flag = fields.optional("brokeOff");
  return {
    ...runIn(fields),
    bodyHash: fields.optional("body") ?? "",
    token: fields.optional("token"),
    suspendedToken: fields.optional("suspended"),
    isContinuable: flag === undefined ? undefined : flag === "1",
    lastCall: fields.optional("call"),
    inbox: decodeInbox(flat, fields.record),
  };
}

/**
 * The run as callers see it. `flat` also has the field `deletedAt` of its conversation, which the scripts
 * add. Throws `StorageError("damaged")`.
 */
export function decodeRun(flat: Reply): RunMeta {
  const fields = readFields(flat, "run");
  const unread = fields.optional("unread") === undefined ? 0 : fields.number("unread");
  return {
    ...runIn(fields),
    deleted: fields.text("deletedAt") !== "0",
    ...(unread > 0 && { unread }),
  };
}

/** Always the same text for the same process: scripts compare it. */
export const encodeHolder = ({ host, boot, pid, startedAt }: Holder): string =>
  JSON.stringify([host, boot, pid, startedAt]);

export const encodeStop = (by: string, reason: string | undefined): string => JSON.stringify({ by, reason });

/** `at`: when it was requested, store ms, which is kept beside it. Undefined: no stop was requested. */
export function decodeStop(json: string, at: string, record: string): StopRequest | undefined {
  if (json === "") return undefined;
  const { by, reason } = parseObject(json, record);
  if (typeof by !== "string") throw damaged(record);
  return { by, ...(typeof reason === "string" && { reason }), at: parseInteger(at, record) };
}

export const encodeFlag = (isTrue: boolean): "1" | "0" => (isTrue ? "1" : "0");

function runIn(fields: Fields): Omit<RunMeta, "deleted" | "unread"> {
  const { record, text, number } = fields;
  const { agent, model } = parseObject(text("about"), record);
  const parentRunId = fields.optional("parent");
  const holder = fields.optional("holder");
  const stop = decodeStop(text("stop"), text("stopAt"), record);
  if (typeof agent !== "string") throw damaged(record);
  return {
    runId: text("id"),
    conversationId: text("conversation"),
    userId: text("owner"),
    messageId: text("message"),
    userMessageId: text("question"),
    ...(parentRunId !== undefined && { parentRunId }),
    agent,
    ...(typeof model === "string" && { model }),
    status: decodeStatus(text("status"), record),
    epoch: number("epoch"),
    head: number("head"),
    createdAt: number("createdAt"),
    leaseUntil: number("leaseUntil"),
    ...(holder !== undefined && { holder: decodeHolder(holder, record) }),
    ...(stop && { stop }),
    continuations: number("continuations"),
  };
}

function decodeHolder(json: string, record: string): Holder {
  const [host, boot, pid, startedAt] = parseList(json, record);
  if (typeof host !== "string" || typeof boot !== "string" || typeof startedAt !== "string")
    throw damaged(record);
  return { host, boot, pid: parseInteger(String(pid), record), startedAt };
}

function decodeStatus(text: string, record: string): RunStatus {
  const status = runStatuses.find((known) => known === text);
  if (status === undefined) throw damaged(record);
  return status;
}
