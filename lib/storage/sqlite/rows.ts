import { type RunStatus, runStatuses } from "../../protocol/run-status.ts";
import type { Conversation } from "../conversation-store.ts";
import type { InboxRecord } from "../core/inbox-rules.ts";
import type { QueueDue } from "../core/queue-due.ts";
import { damaged } from "../core/unreadable.ts";
import type { Holder, RunMeta, StopRequest } from "../run-store.ts";

/** A row of `runs`, and when its conversation was deleted. */
export interface RunRow {
  run_id: string;
  conversation_id: string;
  owner_id: string;
  body_hash: string;
  message_id: string;
  user_message_id: string;
  parent_run_id: string | null;
  agent: string;
  model: string | null;
  status: RunStatus;
  epoch: number;
  head: number;
  created_at: number;
  lease_until: number;
  token: string | null;
  suspended_token: string | null;
  owner_host: string | null;
  owner_boot: string | null;
  owner_pid: number | null;
  owner_started_at: string | null;
  stop_by: string | null;
  stop_reason: string | null;
  stop_at: number | null;
  continuations: number;
  /** How many rows of `inbox` are in no log yet. */
  unread: number;
  deleted_at: number | null;
}

/** The columns of a stop request. */
export type StopRow = Pick<RunRow, "stop_by" | "stop_reason" | "stop_at">;

/** What an append checks before it stores events. */
export type LogRow = StopRow &
  Pick<RunRow, "run_id" | "conversation_id" | "status" | "epoch" | "head" | "token" | "unread">;

/** What an append reports of its run. */
export type AppendedRow = StopRow & Pick<RunRow, "run_id" | "head" | "status" | "unread">;

/** What a read of the log reports of its run. */
export type HeadRow = StopRow & Pick<RunRow, "head" | "status" | "lease_until">;

/** A row of `inbox`, under the names of its record. */
export type InboxRow = InboxRecord;

/** A row of `conversations`. */
export interface ConversationRow {
  id: string;
  owner_id: string;
  title: string;
  created_at: number;
  updated_at: number;
  active_run_id: string | null;
  deleted_at: number | null;
  title_by_hand: 0 | 1;
  /** As `encodeQueue` writes it; null: nothing was ever queued. */
  queue: string | null;
  queue_version: number;
  queue_due: QueueDue;
  choices: string | null;
}

/** The run as callers see it: without tokens and hashes. Throws `StorageError("damaged")`. */
export function metaOf(row: RunRow): RunMeta {
  checkStatus(row.run_id, row.status);
  const holder = holderOf(row);
  const stop = stopOf(row);
  return {
    runId: row.run_id,
    conversationId: row.conversation_id,
    userId: row.owner_id,
    messageId: row.message_id,
    userMessageId: row.user_message_id,
    ...(row.parent_run_id !== null && { parentRunId: row.parent_run_id }),
    agent: row.agent,
    ...(row.model !== null && { model: row.model }),
    status: row.status,
    epoch: row.epoch,
    head: row.head,
    createdAt: row.created_at,
    leaseUntil: row.lease_until,
    ...(holder && { holder }),
    ...(stop && { stop }),
    continuations: row.continuations,
    deleted: row.deleted_at !== null,
    ...(row.unread > 0 && { unread: row.unread }),
  };
}

/** Nobody could tell whether such a run has ended. Throws `StorageError("damaged")`. */
export function checkStatus(runId: string, status: RunStatus): void {
  if (!runStatuses.includes(status)) throw damaged(`run ${runId}`);
}

/** The stop request; later ones are not stored. */
export function stopOf({ stop_by, stop_reason, stop_at }: StopRow): StopRequest | undefined {
  if (stop_by === null || stop_at === null) return undefined;
  return { by: stop_by, ...(stop_reason !== null && { reason: stop_reason }), at: stop_at };
}

/** Who holds the lease, or held it last. */
export function holderOf({
  owner_host,
  owner_boot,
  owner_pid,
  owner_started_at,
}: RunRow): Holder | undefined {
  if (owner_host === null || owner_boot === null || owner_pid === null || owner_started_at === null)
    return undefined;
  return { host: owner_host, boot: owner_boot, pid: owner_pid, startedAt: owner_started_at };
}

export function conversationOf(row: ConversationRow): Conversation {
  return {
    id: row.id,
    userId: row.owner_id,
    title: row.title,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.active_run_id !== null && { activeRunId: row.active_run_id }),
  };
}
