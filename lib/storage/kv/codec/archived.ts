import type { AssistantMessage } from "../../../protocol/message.ts";
import { isEnded } from "../../../protocol/run-status.ts";
import type { ArchivedConversation, ArchivedRun } from "../../archive/archive.ts";
import { countUnread } from "../../core/inbox-rules.ts";
import { isContinuable } from "../../core/is-continuable.ts";
import { decodeMessage, encodeStored } from "../../core/stored-json.ts";
import type { Reply } from "../reply.ts";
import { decodeConversationRecord, encodeConversation } from "./conversation.ts";
import { decodeMessageRecord, encodeMessage } from "./message.ts";
import { decodeRunRecord, encodeRun } from "./run.ts";

/** The hash of a conversation of an archive, for `HSET`. */
export function encodeArchivedConversation(archived: ArchivedConversation): string[] {
  const { messages: _, runs: __, activeRunId, titleIsCustom, choices, queue, ...conversation } = archived;
  return encodeConversation({
    ...conversation,
    ...(activeRunId !== null && { activeRunId }),
    ...(choices !== null && { choices }),
    titleIsCustom: titleIsCustom === 1,
    deletedAt: archived.deletedAt ?? undefined,
    lastRunId: answersOf(archived).at(-1)?.runId,
    ...(queue !== null && {
      queue: { json: queue, version: archived.queueVersion, due: archived.queueDue },
    }),
  });
}

/** The hashes of its runs, in their order, for `HSET`. */
export function encodeArchivedRuns(archived: ArchivedConversation): string[][] {
  const answers = new Map(answersOf(archived).map((answer) => [answer.id, answer]));
  return archived.runs.map((run) => encodeArchivedRun(run, answers.get(run.messageId)));
}

/** An answer stays byte for byte as it was stored. */
export function encodeArchivedMessage(
  { id, json }: ArchivedConversation["messages"][number],
  conversationId: string,
): string {
  const message = decodeMessage(json, conversationId, id);
  return message.role === "user" ? encodeMessage(message) : json;
}

/** Without messages and runs. Throws `StorageError("damaged")`. */
export function decodeArchivedConversation(flat: Reply): Omit<ArchivedConversation, "messages" | "runs"> {
  const {
    activeRunId,
    titleIsCustom,
    deletedAt,
    choices,
    lastRunId: _,
    queue,
    ...conversation
  } = decodeConversationRecord(flat);
  return {
    ...conversation,
    activeRunId: activeRunId ?? null,
    titleIsCustom: titleIsCustom ? 1 : 0,
    deletedAt: deletedAt ?? null,
    queue: queue?.json ?? null,
    queueVersion: queue?.version ?? 0,
    queueDue: queue?.due ?? 0,
    choices: choices ?? null,
  };
}

/** Without fold and entries. Throws `StorageError("damaged")`. */
export function decodeArchivedRun(flat: Reply): Omit<ArchivedRun, "fold" | "entries"> {
  const { holder, stop, isContinuable: _, lastCall: __, ...run } = decodeRunRecord(flat);
  return {
    ...run,
    parentRunId: run.parentRunId ?? null,
    model: run.model ?? null,
    token: run.token ?? null,
    suspendedToken: run.suspendedToken ?? null,
    holderHost: holder?.host ?? null,
    holderBoot: holder?.boot ?? null,
    holderPid: holder?.pid ?? null,
    holderStartedAt: holder?.startedAt ?? null,
    stopBy: stop?.by ?? null,
    stopReason: stop?.reason ?? null,
    stopAt: stop?.at ?? null,
    unread: countUnread(run.inbox),
    inbox: [...run.inbox],
  };
}

/** Throws `StorageError("damaged")`. */
export function decodeArchivedMessage(
  id: string,
  text: string,
  conversationId: string,
): ArchivedConversation["messages"][number] {
  const message = decodeMessageRecord(text, conversationId, id);
  return { id, json: message.role === "user" ? encodeStored(message) : text };
}

function encodeArchivedRun(run: ArchivedRun, answer: AssistantMessage | undefined): string[] {
  const { parentRunId, model, holderHost, holderBoot, holderPid, holderStartedAt, stopBy, stopAt } = run;
  const hasHolder =
    holderHost !== null && holderBoot !== null && holderPid !== null && holderStartedAt !== null;
  return encodeRun({
    ...recordFieldsOf(run),
    ...(parentRunId !== null && { parentRunId }),
    ...(model !== null && { model }),
    ...(hasHolder && {
      holder: { host: holderHost, boot: holderBoot, pid: holderPid, startedAt: holderStartedAt },
    }),
    ...(stopBy !== null && {
      stop: { by: stopBy, at: stopAt ?? 0, ...(run.stopReason !== null && { reason: run.stopReason }) },
    }),
    isContinuable: isEnded(run.status) ? hasContinuableAnswer(run, answer) : undefined,
    // Whoever made the last call repeats it at the other store only.
    lastCall: undefined,
  });
}

const recordFieldsOf = ({ token, suspendedToken, ...run }: ArchivedRun) => ({
  runId: run.runId,
  conversationId: run.conversationId,
  userId: run.userId,
  bodyHash: run.bodyHash,
  messageId: run.messageId,
  userMessageId: run.userMessageId,
  agent: run.agent,
  status: run.status,
  epoch: run.epoch,
  head: run.head,
  createdAt: run.createdAt,
  leaseUntil: run.leaseUntil,
  continuations: run.continuations,
  inbox: run.inbox,
  token: token ?? undefined,
  suspendedToken: suspendedToken ?? undefined,
});

/** An answer that another run has continued since was continuable. */
const hasContinuableAnswer = (run: ArchivedRun, answer: AssistantMessage | undefined): boolean =>
  answer !== undefined && (answer.runId !== run.runId || isContinuable(answer.ending));

function answersOf({ id, messages }: ArchivedConversation): AssistantMessage[] {
  return messages.flatMap((message) => {
    const decoded = decodeMessage(message.json, id, message.id);
    return decoded.role === "assistant" ? [decoded] : [];
  });
}
