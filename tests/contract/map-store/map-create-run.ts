import { type JoinedBranch, joinBranch } from "#lib/storage/core/branch-rules.ts";
import { isContinuable } from "#lib/storage/core/is-continuable.ts";
import { decodeMessage, encodeStored } from "#lib/storage/core/stored-json.ts";
import type { CreateResult, NewRun } from "#lib/storage/run-store.ts";
import { followsQueue, type MapConversation, type MapRecords, type MapRun, metaOf } from "./map-records.ts";

/** `RunStore.createRun`, without a claim. */
export function createRun(records: MapRecords, run: NewRun): CreateResult {
  const { conversations, runs } = records;
  const conversation = conversations.get(run.conversationId);
  const isOwn = conversation?.fields.userId === run.userId;
  if (isOwn && conversation.deletedAt !== undefined) return { kind: "gone" };
  const known = runs.get(run.runId);
  if (known) return repeatOf(records, known, run);
  if (conversation && !isOwn) return { kind: "not-found" };
  const active = runs.get(conversation?.fields.activeRunId ?? "");
  if (active) return { kind: "busy", run: metaOf(records, active) };
  if (run.queue && !followsQueue(conversation, run.queue)) return { kind: "stale" };
  const question = resolveQuestion(records, conversation, run);
  if (typeof question === "string") return { kind: question };
  return { kind: "created", run: metaOf(records, save(records, run, question)) };
}

function repeatOf(records: MapRecords, known: MapRun, run: NewRun): CreateResult {
  if (known.meta.userId !== run.userId) return { kind: "not-found" };
  const isSame = known.bodyHash === run.bodyHash && known.meta.conversationId === run.conversationId;
  return { kind: isSame ? "exists" : "conflict", run: metaOf(records, known) };
}

interface ResolvedQuestion {
  branch: JoinedBranch;
  userMessageId: string;
  messageId: string;
  parentRunId?: string | undefined;
}

function resolveQuestion(
  { runs }: MapRecords,
  conversation: MapConversation | undefined,
  run: NewRun,
): ResolvedQuestion | "stale" | "complete" | "not-found" {
  const { ask, conversationId, userId, messageId, parentRunId } = run;
  const saved = conversation?.messages ?? new Map<string, string>();
  const messages = [...saved].map(([id, json]) => decodeMessage(json, conversationId, id));
  const branches = { messages, choices: conversation?.choices ?? {} };
  if (ask.kind === "message") {
    const branch = joinBranch(branches, run);
    return branch ? { branch, userMessageId: ask.message.id, messageId, parentRunId } : "stale";
  }
  const earlier = runs.get(ask.kind === "retry" ? ask.retryRunId : ask.continueRunId)?.meta;
  if (earlier?.conversationId !== conversationId || earlier.userId !== userId) return "not-found";
  const { userMessageId } = earlier;
  const branch = joinBranch(branches, run, earlier);
  if (!branch) return "stale";
  if (ask.kind === "retry") return { branch, userMessageId, messageId, parentRunId };
  const answer = messages.find(({ id }) => id === earlier.messageId);
  if (answer?.role === "assistant" && !ask.isWhole && !isContinuable(answer.ending)) return "complete";
  return { branch, userMessageId, messageId: earlier.messageId, parentRunId: ask.continueRunId };
}

function save(
  { conversations, runs, now, changed }: MapRecords,
  run: NewRun,
  question: ResolvedQuestion,
): MapRun {
  const { runId, conversationId, userId, agent, model, bodyHash, ask, title } = run;
  const { branch, userMessageId, messageId, parentRunId } = question;
  const { joinedId: joined, choices } = branch;
  const at = now();
  const conversation: MapConversation = conversations.get(conversationId) ?? {
    fields: { id: conversationId, userId, title, createdAt: at, updatedAt: at },
    messages: new Map(),
    choices,
  };
  conversation.choices = choices;
  conversations.set(conversationId, conversation);
  conversation.fields = { ...conversation.fields, updatedAt: at, activeRunId: runId };
  if (run.queue) conversation.queue = structuredClone(run.queue);
  const last = joined === null ? undefined : conversation.messages.get(joined);
  if (joined !== null && last !== undefined) {
    conversation.messages.delete(joined);
    conversation.messages.set(joined, last);
  }
  if (ask.kind === "message") {
    const { id, text, sentInto } = ask.message;
    const parentId = joined;
    if (conversation.messages.has(id)) throw new Error(`the message id ${id} is used twice`);
    const late = sentInto !== undefined && { sentInto };
    const question = { id, parentId, runId, role: "user", createdAt: at, text, ...late } as const;
    conversation.messages.set(id, encodeStored(question));
  }
  const created: MapRun = {
    meta: {
      ...{ runId, conversationId, userId, messageId, userMessageId },
      ...(parentRunId !== undefined && { parentRunId }),
      agent,
      ...(model !== undefined && { model }),
      ...{ status: "queued", epoch: 0, head: 0, createdAt: at, leaseUntil: 0, continuations: 0 },
    },
    bodyHash,
    token: null,
    suspendedToken: null,
    entries: [],
    inbox: [],
  };
  runs.set(runId, created);
  changed(runId);
  return created;
}
