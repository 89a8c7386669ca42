import type {
  ArchivedConversation,
  ArchivedNotes,
  ArchivedRun,
  ArchivedSession,
} from "../archive/archive.ts";

/**
 * The column of each field of a record. A column that is missing here fails
 * tests/lib/storage/archive/archive.test.ts.
 */
export const archiveTables = {
  conversations: {
    id: "id",
    userId: "owner_id",
    title: "title",
    titleIsCustom: "title_by_hand",
    createdAt: "created_at",
    updatedAt: "updated_at",
    activeRunId: "active_run_id",
    deletedAt: "deleted_at",
    queue: "queue",
    queueVersion: "queue_version",
    queueDue: "queue_due",
    choices: "choices",
  } satisfies Record<keyof Omit<ArchivedConversation, "messages" | "runs">, string>,
  messages: {
    id: "message_id",
    json: "json",
  } satisfies Record<keyof ArchivedConversation["messages"][number], string>,
  runs: {
    runId: "run_id",
    conversationId: "conversation_id",
    userId: "owner_id",
    bodyHash: "body_hash",
    messageId: "message_id",
    userMessageId: "user_message_id",
    parentRunId: "parent_run_id",
    agent: "agent",
    model: "model",
    status: "status",
    epoch: "epoch",
    head: "head",
    createdAt: "created_at",
    leaseUntil: "lease_until",
    token: "token",
    suspendedToken: "suspended_token",
    holderHost: "owner_host",
    holderBoot: "owner_boot",
    holderPid: "owner_pid",
    holderStartedAt: "owner_started_at",
    stopBy: "stop_by",
    stopReason: "stop_reason",
    stopAt: "stop_at",
    continuations: "continuations",
    unread: "unread",
  } satisfies Record<keyof Omit<ArchivedRun, "fold" | "entries" | "inbox">, string>,
  inbox: {
    kind: "kind",
    id: "id",
    state: "state",
    position: "position",
    toolCallId: "tool_call_id",
    inputHash: "input_hash",
    digest: "digest",
    json: "json",
  } satisfies Record<keyof ArchivedRun["inbox"][number], string>,
  events: {
    seq: "seq",
    epoch: "epoch",
    json: "json",
  } satisfies Record<keyof ArchivedRun["entries"][number], string>,
  folds: {
    seq: "seq",
    json: "json",
  } satisfies Record<keyof NonNullable<ArchivedRun["fold"]>, string>,
  sessions: {
    session: "session",
    userId: "owner_id",
  } satisfies Record<keyof ArchivedSession, string>,
  notes: {
    name: "name",
    text: "text",
    updatedAt: "updated_at",
  } satisfies Record<keyof ArchivedNotes["notes"][number], string>,
} as const;
