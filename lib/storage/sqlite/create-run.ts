import type { Message, UserMessage } from "../../protocol/message.ts";
import { isEnded } from "../../protocol/run-status.ts";
import { endsBranch, isAskedUnder, isWhole, joinedMessage } from "../../protocol/shown-path.ts";
import { isContinuable } from "../core/is-continuable.ts";
import { decodeMessage, encodeStored } from "../core/stored-json.ts";
import type { CreateResult, FirstClaim, NewRun } from "../run-store.ts";
import type { SqliteLeases } from "./leases.ts";
import { followsQueue, saveQueue } from "./queues.ts";
import { readRunRow } from "./read-run-row.ts";
import { type ConversationRow, metaOf, type RunRow } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./write-batch.ts";

/** What creates a run besides its own statements. */
interface SqliteRunParts {
  sql: Statements;
  /** Store ms. */
  now(): number;
  leases: SqliteLeases;
}

/** `RunStore.createRun`: the run, its question, its conversation and `active` in one step, or why not. */
export const createRunInSqlite =
  ({ sql, now, leases }: SqliteRunParts, run: NewRun, claim?: FirstClaim): Write<CreateResult> =>
  (changed) => {
    const conversation = sql.conversation.get(run.conversationId);
    // First of all: a repeated question must not bring back a conversation that was deleted since.
    if (conversation?.owner_id === run.userId && conversation.deleted_at !== null) return { kind: "gone" };
    const known = sql.run.get(run.runId);
    if (known) return repeatOf(known, run);
    const refusal = conversation && refusalBy(sql, conversation, run);
    if (refusal) return refusal;
    if (run.queue && !followsQueue(conversation, run.queue)) return { kind: "stale" };
    const question = resolveQuestion(sql, run, now());
    if (typeof question === "string") return { kind: question };
    saveRun(sql, run, question, now());
    if (run.queue) saveQueue(sql, run.conversationId, run.queue);
    changed(run.runId);
    const { runId } = run;
    const claimed = claim && leases.claim({ runId, fromEpoch: 0, ...claim })(changed);
    return claimed
      ? { kind: "created", run: claimed.run, claim: claimed }
      : { kind: "created", run: metaOf(readRunRow(sql, runId)) };
  };

function repeatOf(known: RunRow, run: NewRun): CreateResult {
  if (known.owner_id !== run.userId) return { kind: "not-found" };
  const isSame = known.body_hash === run.bodyHash && known.conversation_id === run.conversationId;
  return { kind: isSame ? "exists" : "conflict", run: metaOf(known) };
}

function refusalBy(sql: Statements, conversation: ConversationRow, run: NewRun): CreateResult | undefined {
  if (conversation.owner_id !== run.userId) return { kind: "not-found" };
  if (conversation.active_run_id === null) return undefined;
  const active = readRunRow(sql, conversation.active_run_id);
  return isEnded(active.status) ? undefined : { kind: "busy", run: metaOf(active) };
}

/** Which question the run answers, and which message it writes. */
interface ResolvedQuestion {
  /** The question, if it is new. */
  message?: UserMessage;
  userMessageId: string;
  messageId: string;
  parentRunId?: string | undefined;
}

function resolveQuestion(
  sql: Statements,
  run: NewRun,
  at: number,
): ResolvedQuestion | "stale" | "complete" | "not-found" {
  switch (run.ask.kind) {
    case "message":
      return resolveNewQuestion(sql, run, run.ask, at);
    case "retry":
      return resolveRetry(sql, run, run.ask.retryRunId);
    case "continue":
      return resolveContinuation(sql, run, run.ask);
    default:
      return run.ask satisfies never;
  }
}

function resolveNewQuestion(
  sql: Statements,
  { runId, conversationId, messageId, parentRunId }: NewRun,
  { message: asked, parentMessageId }: Extract<NewRun["ask"], { kind: "message" }>,
  at: number,
): ResolvedQuestion | "stale" {
  const parentId = parentOf(sql, conversationId, parentMessageId);
  if (parentId === undefined) return "stale";
  const { id, text, sentInto } = asked;
  const message: UserMessage = {
    ...{ id, parentId, runId, role: "user", createdAt: at, text },
    ...(sentInto !== undefined && { sentInto }),
  };
  return { message, userMessageId: id, messageId, parentRunId };
}

/** Which message a question joins; all of them are read only where that is not simply the newest one. */
function parentOf(
  sql: Statements,
  conversationId: string,
  parentMessageId: string | null | undefined,
): string | null | undefined {
  const newest = sql.newestMessage.get(conversationId);
  if (parentMessageId === (newest?.message_id ?? null)) return parentMessageId;
  if (
    newest &&
    parentMessageId === undefined &&
    isWhole(decodeMessage(newest.json, conversationId, newest.message_id))
  )
    return newest.message_id;
  return joinedMessage(savedMessagesOf(sql, conversationId), parentMessageId);
}

const savedMessagesOf = (sql: Statements, conversationId: string): Message[] =>
  sql.messages
    .all(conversationId)
    .map(({ message_id, json }) => decodeMessage(json, conversationId, message_id));

/** Only an answer that nothing was asked under: a newer one beside it would hide what came after. */
function resolveRetry(
  sql: Statements,
  run: NewRun,
  retryRunId: string,
): ResolvedQuestion | "stale" | "not-found" {
  const retried = findSibling(sql, run, retryRunId);
  if (!retried) return "not-found";
  const { conversation_id, message_id } = retried;
  const isNewest = sql.newestMessage.get(conversation_id)?.message_id === message_id;
  if (!isNewest && isAskedUnder(savedMessagesOf(sql, conversation_id), message_id)) return "stale";
  const { messageId, parentRunId } = run;
  return { userMessageId: retried.user_message_id, messageId, parentRunId };
}

/**
 * Only an answer that nothing was asked under, and only if it is not complete: every later message was
 * written knowing it as it is.
 */
function resolveContinuation(
  sql: Statements,
  run: NewRun,
  { continueRunId, isWhole }: Extract<NewRun["ask"], { kind: "continue" }>,
): ResolvedQuestion | "stale" | "complete" | "not-found" {
  const continued = findSibling(sql, run, continueRunId);
  if (!continued) return "not-found";
  const { conversation_id, message_id, user_message_id } = continued;
  const saved = sql.message.get(conversation_id, message_id);
  if (!saved || !isLast(sql, conversation_id, message_id)) return "stale";
  const answer = decodeMessage(saved.json, conversation_id, message_id);
  if (answer.role !== "assistant" || answer.runId !== continueRunId) return "stale";
  if (!isWhole && !isContinuable(answer.ending)) return "complete";
  return { userMessageId: user_message_id, messageId: message_id, parentRunId: continueRunId };
}

const isLast = (sql: Statements, conversationId: string, messageId: string): boolean =>
  sql.newestMessage.get(conversationId)?.message_id === messageId ||
  endsBranch(savedMessagesOf(sql, conversationId), messageId);

/** The run of that id, if it is of the same conversation and user. */
function findSibling(sql: Statements, { conversationId, userId }: NewRun, runId: string): RunRow | undefined {
  const row = sql.run.get(runId);
  return row?.conversation_id === conversationId && row.owner_id === userId ? row : undefined;
}

function saveRun(sql: Statements, run: NewRun, question: ResolvedQuestion, at: number): void {
  const { runId, conversationId, userId } = run;
  const { message, userMessageId, messageId, parentRunId } = question;
  sql.saveConversation.run(conversationId, userId, run.title, at, at, runId);
  // The branch that goes on comes last: older builds show the newest of siblings, whatever it is.
  const joined = message ? message.parentId : messageId;
  if (joined !== null) sql.moveToEnd.run(conversationId, joined);
  if (message) sql.addMessage.run(conversationId, message.id, encodeStored(message));
  sql.addRun.run(
    runId,
    conversationId,
    userId,
    run.bodyHash,
    messageId,
    userMessageId,
    parentRunId ?? null,
    run.agent,
    run.model ?? null,
    at,
  );
}
