import type { Choices } from "../../protocol/choices.ts";
import type { UserMessage } from "../../protocol/message.ts";
import { isEnded } from "../../protocol/run-status.ts";
import { isWhole } from "../../protocol/shown-path.ts";
import { type Branches, joinBranch } from "../core/branch-rules.ts";
import { isContinuable } from "../core/is-continuable.ts";
import { decodeChoices, encodeChoices } from "../core/stored-choices.ts";
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
    const question = resolveQuestion({ sql, conversation }, run, now());
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
  /** How the conversation is read from now on; absent: as before. */
  choices?: Choices;
}

/** The conversation that a run joins. */
interface JoinedConversation {
  sql: Statements;
  /** Undefined: a new one. */
  conversation: ConversationRow | undefined;
}

function resolveQuestion(
  joined: JoinedConversation,
  run: NewRun,
  at: number,
): ResolvedQuestion | "stale" | "complete" | "not-found" {
  switch (run.ask.kind) {
    case "message":
      return resolveNewQuestion(joined, run, run.ask, at);
    case "retry":
      return resolveRetry(joined, run, run.ask.retryRunId);
    case "continue":
      return resolveContinuation(joined, run, run.ask);
    default:
      return run.ask satisfies never;
  }
}

function resolveNewQuestion(
  joined: JoinedConversation,
  run: NewRun,
  ask: Extract<NewRun["ask"], { kind: "message" }>,
  at: number,
): ResolvedQuestion | "stale" {
  const branch = joinedByQuestion(joined, run, ask);
  if (!branch) return "stale";
  const { joinedId: parentId, choices } = branch;
  const { runId, messageId, parentRunId } = run;
  const { id, text, sentInto } = ask.message;
  const message: UserMessage = {
    ...{ id, parentId, runId, role: "user", createdAt: at, text },
    ...(sentInto !== undefined && { sentInto }),
  };
  return { message, userMessageId: id, messageId, parentRunId, ...(choices && { choices }) };
}

/** All messages are read only where it is not simply the newest one that is joined. */
function joinedByQuestion(
  joined: JoinedConversation,
  run: NewRun,
  { parentMessageId, seen = parentMessageId }: Extract<NewRun["ask"], { kind: "message" }>,
): { joinedId: string | null; choices?: Choices } | undefined {
  const newest = joined.sql.newestMessage.get(run.conversationId);
  if (isUnchosen(joined)) {
    const newestId = newest?.message_id ?? null;
    if (parentMessageId === newestId && seen === newestId) return { joinedId: newestId };
    const isWholeNewest = newest && parentMessageId === undefined && seen === undefined;
    if (isWholeNewest && isWhole(decodeMessage(newest.json, run.conversationId, newest.message_id)))
      return { joinedId: newest.message_id };
  }
  return joinBranch(branchesOf(joined, run), run);
}

const isUnchosen = ({ conversation }: JoinedConversation): boolean => !conversation?.choices;

const branchesOf = (
  { sql, conversation }: JoinedConversation,
  { conversationId }: Pick<NewRun, "conversationId">,
): Branches => ({
  messages: sql.messages
    .all(conversationId)
    .map(({ message_id, json }) => decodeMessage(json, conversationId, message_id)),
  choices: decodeChoices(conversation?.choices),
});

function resolveRetry(
  joined: JoinedConversation,
  run: NewRun,
  retryRunId: string,
): ResolvedQuestion | "stale" | "not-found" {
  const retried = findSibling(joined.sql, run, retryRunId);
  if (!retried) return "not-found";
  const branch = isNewestUnchosen(joined, retried) ? {} : joinEarlier(joined, run, retried);
  if (!branch) return "stale";
  const { messageId, parentRunId } = run;
  const { choices } = branch;
  return { userMessageId: retried.user_message_id, messageId, parentRunId, ...(choices && { choices }) };
}

/** Every later message was written knowing the answer as it is: only what is not complete is continued. */
function resolveContinuation(
  joined: JoinedConversation,
  run: NewRun,
  { continueRunId, isWhole }: Extract<NewRun["ask"], { kind: "continue" }>,
): ResolvedQuestion | "stale" | "complete" | "not-found" {
  const continued = findSibling(joined.sql, run, continueRunId);
  if (!continued) return "not-found";
  const { conversation_id, message_id, user_message_id } = continued;
  const saved = joined.sql.message.get(conversation_id, message_id);
  const branch = isNewestUnchosen(joined, continued) ? {} : joinEarlier(joined, run, continued);
  if (!saved || !branch) return "stale";
  const answer = decodeMessage(saved.json, conversation_id, message_id);
  if (answer.role !== "assistant" || answer.runId !== continueRunId) return "stale";
  if (!isWhole && !isContinuable(answer.ending)) return "complete";
  const { choices } = branch;
  return {
    ...{ userMessageId: user_message_id, messageId: message_id, parentRunId: continueRunId },
    ...(choices && { choices }),
  };
}

const isNewestUnchosen = (joined: JoinedConversation, { conversation_id, message_id }: RunRow): boolean =>
  isUnchosen(joined) && joined.sql.newestMessage.get(conversation_id)?.message_id === message_id;

const joinEarlier = (
  joined: JoinedConversation,
  run: NewRun,
  { message_id, user_message_id }: RunRow,
): { choices?: Choices } | undefined =>
  joinBranch(branchesOf(joined, run), run, { messageId: message_id, userMessageId: user_message_id });

/** The run of that id, if it is of the same conversation and user. */
function findSibling(sql: Statements, { conversationId, userId }: NewRun, runId: string): RunRow | undefined {
  const row = sql.run.get(runId);
  return row?.conversation_id === conversationId && row.owner_id === userId ? row : undefined;
}

function saveRun(sql: Statements, run: NewRun, question: ResolvedQuestion, at: number): void {
  const { runId, conversationId, userId } = run;
  const { message, userMessageId, messageId, parentRunId, choices } = question;
  sql.saveConversation.run(conversationId, userId, run.title, at, at, runId);
  if (choices) sql.setChoices.run(encodeChoices(choices) ?? null, conversationId);
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
