import type { UserMessage } from "../../protocol/message.ts";
import { isEnded } from "../../protocol/run-status.ts";
import { isContinuable } from "../core/is-continuable.ts";
import { decodeMessage, encodeStored } from "../core/stored-json.ts";
import type { CreateResult, NewRun } from "../run-store.ts";
import { readRunRow } from "./read-run-row.ts";
import { type ConversationRow, metaOf, type RunRow } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./transactions.ts";

/**
 * Queues a run together with its user message, its conversation and `active`, or says why not (storage.ts,
 * `Created`).
 */
export const createRunInSqlite =
  (sql: Statements, now: () => number, run: NewRun): Write<CreateResult> =>
  (changed) => {
    const conversation = sql.conversation.get(run.conversationId);
    // Before anything else: a repeated question does not open what was deleted since.
    if (conversation?.owner_id === run.userId && conversation.deleted_at !== null) return { kind: "gone" };
    const known = sql.run.get(run.runId);
    if (known) return repeated(known, run);
    const refusal = conversation && refuse(sql, conversation, run);
    if (refusal) return refusal;
    const place = placeOf(sql, run, now());
    if (typeof place === "string") return { kind: place };
    save(sql, run, place, now());
    changed(run.runId);
    return { kind: "created", run: metaOf(readRunRow(sql, run.runId)) };
  };

function repeated(known: RunRow, run: NewRun): CreateResult {
  if (known.owner_id !== run.userId) return { kind: "not-found" };
  const isSame = known.body_hash === run.bodyHash && known.conversation_id === run.conversationId;
  return { kind: isSame ? "exists" : "conflict", run: metaOf(known) };
}

function refuse(sql: Statements, conversation: ConversationRow, run: NewRun): CreateResult | undefined {
  if (conversation.owner_id !== run.userId) return { kind: "not-found" };
  if (conversation.active_run_id === null) return undefined;
  const active = readRunRow(sql, conversation.active_run_id);
  return isEnded(active.status) ? undefined : { kind: "busy", run: metaOf(active) };
}

/** Which message the run answers, and which it writes. */
interface Place {
  /** The question, where it is not saved yet. */
  fresh?: UserMessage;
  userMessageId: string;
  messageId: string;
  parentRunId: string | undefined;
}

function placeOf(sql: Statements, run: NewRun, at: number): Place | "stale" | "complete" | "not-found" {
  switch (run.ask.kind) {
    case "message":
      return placeOfQuestion(sql, run, run.ask, at);
    case "retry":
      return placeOfRetry(sql, run, run.ask.retryRunId);
    case "continue":
      return placeOfRest(sql, run, run.ask.continueRunId);
    default:
      return run.ask satisfies never;
  }
}

type Question = Extract<NewRun["ask"], { kind: "message" }>;

function placeOfQuestion(
  sql: Statements,
  { runId, conversationId, messageId, parentRunId }: NewRun,
  { message: { id, text }, parentMessageId }: Question,
  at: number,
): Place | "stale" {
  const newest = sql.newestMessage.get(conversationId)?.message_id ?? null;
  if (parentMessageId !== undefined && parentMessageId !== newest) return "stale";
  const fresh: UserMessage = { id, parentId: newest, runId, role: "user", createdAt: at, text };
  return { fresh, userMessageId: id, messageId, parentRunId };
}

function placeOfRetry(sql: Statements, run: NewRun, retryRunId: string): Place | "not-found" {
  const retried = runBeside(sql, run, retryRunId);
  if (!retried) return "not-found";
  const { messageId, parentRunId } = run;
  return { userMessageId: retried.user_message_id, messageId, parentRunId };
}

/** Only the newest answer, and only where it broke off: anything later was written knowing it as it is. */
function placeOfRest(
  sql: Statements,
  run: NewRun,
  continueRunId: string,
): Place | "stale" | "complete" | "not-found" {
  const continued = runBeside(sql, run, continueRunId);
  if (!continued) return "not-found";
  const { conversation_id, message_id, user_message_id } = continued;
  const newest = sql.newestMessage.get(conversation_id);
  if (newest?.message_id !== message_id) return "stale";
  const answer = decodeMessage(newest.json, conversation_id, message_id);
  if (answer.role !== "assistant" || answer.runId !== continueRunId) return "stale";
  if (!isContinuable(answer.ending)) return "complete";
  return { userMessageId: user_message_id, messageId: message_id, parentRunId: continueRunId };
}

/** The run of that id, if it is of the same conversation and owner. */
function runBeside(sql: Statements, { conversationId, userId }: NewRun, runId: string): RunRow | undefined {
  const row = sql.run.get(runId);
  return row?.conversation_id === conversationId && row.owner_id === userId ? row : undefined;
}

function save(sql: Statements, run: NewRun, place: Place, at: number): void {
  const { runId, conversationId, userId } = run;
  const { fresh, userMessageId, messageId, parentRunId } = place;
  sql.saveConversation.run(conversationId, userId, run.title, at, at, runId);
  if (fresh) sql.addMessage.run(conversationId, fresh.id, encodeStored(fresh));
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
