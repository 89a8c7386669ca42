import type { AssistantMessage } from "../../protocol/message.ts";
import { isEnded } from "../../protocol/run-status.ts";
import type { ArchivedConversation, ArchivedRun } from "../archive/archive.ts";
import { isContinuable } from "../core/is-continuable.ts";
import { decodeMessage, encodeStored } from "../core/stored-json.ts";
import {
  decodeConversation,
  decodeRecord,
  decodeRun,
  encodeHolder,
  encodeStop,
  encodeTitle,
  fieldsOf,
} from "./records.ts";
import type { Reply } from "./run-script.ts";

type Fields = Readonly<Record<string, string>>;
type Owned = Omit<ArchivedConversation, "messages" | "runs">;

/** The hash of a conversation, as the scripts of this store write it. */
export function conversationFields(kept: ArchivedConversation): Fields {
  return {
    v: "1",
    id: kept.id,
    owner: kept.userId,
    title: encodeTitle(kept.title),
    byHand: String(kept.titleIsCustom),
    createdAt: String(kept.createdAt),
    updatedAt: String(kept.updatedAt),
    active: kept.activeRunId ?? "",
    deletedAt: String(kept.deletedAt ?? 0),
    // The run that ended last wrote the newest answer.
    writer: answersOf(kept).at(-1)?.runId ?? "",
  };
}

/** The hashes of a conversation's runs, in their order. */
export function runFields(kept: ArchivedConversation): Fields[] {
  const answers = new Map(answersOf(kept).map((answer) => [answer.id, answer]));
  return kept.runs.map((run) => ({
    v: "1",
    id: run.runId,
    conversation: run.conversationId,
    owner: run.userId,
    body: run.bodyHash,
    message: run.messageId,
    question: run.userMessageId,
    parent: run.parentRunId ?? "",
    about: JSON.stringify({ agent: run.agent, model: run.model ?? undefined }),
    status: run.status,
    epoch: String(run.epoch),
    head: String(run.head),
    createdAt: String(run.createdAt),
    leaseUntil: String(run.leaseUntil),
    token: run.token ?? "",
    suspended: run.suspendedToken ?? "",
    holder: holderOf(run),
    stop: run.stopBy === null ? "" : encodeStop(run.stopBy, run.stopReason ?? undefined),
    stopAt: String(run.stopAt ?? 0),
    continuations: String(run.continuations),
    brokeOff: isEnded(run.status) ? hasBrokenOff(run, answers.get(run.messageId)) : "",
    // Of a call that was made to another store: nobody repeats it here.
    call: "",
  }));
}

/** A message as this store keeps it: a question's time and place stand beside what came from outside. */
export function messageText({ id, json }: ArchivedConversation["messages"][number], of: string): string {
  const message = decodeMessage(json, of, id);
  if (message.role !== "user") return json;
  const { parentId, createdAt, id: itself, runId, role, ...rest } = message;
  return JSON.stringify({ v: 1, createdAt, parentId, value: { id: itself, runId, role, ...rest } });
}

/** What `conversationFields` wrote, or the scripts. Throws `StorageError("damaged")`. */
export function archivedConversationOf(flat: Reply): Owned {
  const { activeRunId = null, ...conversation } = decodeConversation(flat);
  const fields = fieldsOf(flat);
  const deletedAt = Number(fields.get("deletedAt"));
  return {
    ...conversation,
    activeRunId,
    titleIsCustom: fields.get("byHand") === "1" ? 1 : 0,
    deletedAt: deletedAt === 0 ? null : deletedAt,
  };
}

/** What `runFields` wrote, or the scripts. Throws `StorageError("damaged")`. */
export function archivedRunOf(flat: Reply): Omit<ArchivedRun, "fold" | "entries"> {
  const { holder, stop, parentRunId, model, deleted: _, ...run } = decodeRun([...flat, "deletedAt", "0"]);
  const fields = fieldsOf(flat);
  const text = (name: string) => fields.get(name) || null;
  return {
    ...run,
    bodyHash: fields.get("body") ?? "",
    parentRunId: parentRunId ?? null,
    model: model ?? null,
    token: text("token"),
    suspendedToken: text("suspended"),
    holderHost: holder?.host ?? null,
    holderBoot: holder?.boot ?? null,
    holderPid: holder?.pid ?? null,
    holderStartedAt: holder?.startedAt ?? null,
    stopBy: stop?.by ?? null,
    stopReason: stop?.reason ?? null,
    stopAt: stop?.at ?? null,
  };
}

/** What `messageText` wrote, or the scripts. Throws `StorageError("damaged")`. */
export function archivedMessageOf(id: string, text: string, of: string): { id: string; json: string } {
  const message = decodeRecord(text, of, id);
  return { id, json: message.role === "user" ? encodeStored(message) : text };
}

function answersOf({ id, messages }: ArchivedConversation): AssistantMessage[] {
  return messages.flatMap((message) => {
    const decoded = decodeMessage(message.json, id, message.id);
    return decoded.role === "assistant" ? [decoded] : [];
  });
}

/** An answer that another run has gone on with must have broken off before. */
const hasBrokenOff = (run: ArchivedRun, answer: AssistantMessage | undefined): string =>
  answer !== undefined && (answer.runId !== run.runId || isContinuable(answer.ending)) ? "1" : "0";

function holderOf({ holderHost, holderBoot, holderPid, holderStartedAt }: ArchivedRun): string {
  if (holderHost === null || holderBoot === null || holderPid === null || holderStartedAt === null) return "";
  return encodeHolder({ host: holderHost, boot: holderBoot, pid: holderPid, startedAt: holderStartedAt });
}
