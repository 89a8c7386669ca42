import type { UserMessage } from "../../events/message.ts";
import { type Created, isOver, type NewRun } from "../storage.ts";
import { readRunRow } from "./read-run-row.ts";
import { type ConversationRow, metaOf, type RunRow } from "./rows.ts";
import type { Statements } from "./statements.ts";
import { encodeStored } from "./stored-json.ts";
import type { Write } from "./transactions.ts";

/** Queues a run together with its user message, its conversation and `active`, or says why not (storage.ts, `Created`). */
export const createRun =
  (sql: Statements, now: () => number, run: NewRun): Write<Created> =>
  (changed) => {
    const known = sql.run.get(run.runId);
    if (known) return repeated(known, run);
    const conversation = sql.conversation.get(run.conversationId);
    const refusal = conversation && refuse(sql, conversation, run);
    if (refusal) return refusal;
    const newest = sql.newestMessage.get(run.conversationId)?.message_id ?? null;
    const question = ask(sql, run, newest, now());
    if (typeof question === "string") return { kind: question };
    save(sql, run, question, now());
    changed(run.runId);
    return { kind: "created", run: metaOf(readRunRow(sql, run.runId)) };
  };

function repeated(known: RunRow, run: NewRun): Created {
  if (known.owner_id !== run.ownerId) return { kind: "not-found" };
  const isSame = known.body_hash === run.bodyHash && known.conversation_id === run.conversationId;
  return { kind: isSame ? "exists" : "conflict", run: metaOf(known) };
}

function refuse(sql: Statements, conversation: ConversationRow, run: NewRun): Created | undefined {
  if (conversation.owner_id !== run.ownerId) return { kind: "not-found" };
  if (conversation.deleted_at !== null) return { kind: "gone" };
  if (conversation.active_run_id === null) return undefined;
  const active = readRunRow(sql, conversation.active_run_id);
  return isOver(active.status) ? undefined : { kind: "busy", run: metaOf(active) };
}

/** What the run answers: a message still to be saved, or the id of one that is there. */
type Question = { fresh: UserMessage } | { fresh?: undefined; id: string };

function ask(
  sql: Statements,
  { runId, conversationId, ownerId, ask: asked }: NewRun,
  newest: string | null,
  at: number,
): Question | "stale" | "not-found" {
  if (asked.kind === "retry") {
    const retried = sql.run.get(asked.retryRunId);
    const isHere = retried?.conversation_id === conversationId && retried.owner_id === ownerId;
    return isHere ? { id: retried.user_message_id } : "not-found";
  }
  if (asked.parentMessageId !== undefined && asked.parentMessageId !== newest) return "stale";
  const { id, text } = asked.message;
  return { fresh: { id, parentId: newest, runId, role: "user", createdAt: at, text } };
}

function save(sql: Statements, run: NewRun, question: Question, at: number): void {
  const { runId, conversationId, ownerId } = run;
  sql.saveConversation.run(conversationId, ownerId, run.title, at, at, runId);
  const { fresh } = question;
  if (fresh) sql.addMessage.run(conversationId, fresh.id, encodeStored(fresh));
  sql.addRun.run(
    runId,
    conversationId,
    ownerId,
    run.bodyHash,
    run.messageId,
    fresh ? fresh.id : question.id,
    run.parentRunId ?? null,
    run.agent,
    run.model ?? null,
    at,
  );
}
