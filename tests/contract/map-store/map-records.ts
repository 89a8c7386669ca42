import type { Choices } from "#lib/protocol/choices.ts";
import type { LogEntry } from "#lib/protocol/log-entry.ts";
import type { QuestionQueue } from "#lib/protocol/question-queue.ts";
import type { ArchivedRun } from "#lib/storage/archive/archive.ts";
import type { Conversation } from "#lib/storage/conversation-store.ts";
import { countUnread, type InboxRecord, withRecords } from "#lib/storage/core/inbox-rules.ts";
import type { Note } from "#lib/storage/note-store.ts";
import type { RunMeta } from "#lib/storage/run-store.ts";

/** A run with what only the store needs, its log and its newest fold. */
export interface MapRun {
  meta: Omit<RunMeta, "deleted" | "unread">;
  bodyHash: string;
  /** Of the newest claim, until it is suspended. */
  token: string | null;
  /** Of the claim that was suspended last. */
  suspendedToken: string | null;
  entries: LogEntry[];
  /** As `encodeStored` writes it, and its seq. */
  fold?: { seq: number; json: string };
  /** What persons have sent into it, and may decide. */
  inbox: readonly InboxRecord[];
}

export interface MapConversation {
  fields: Conversation;
  choices: Choices;
  /** Store ms. */
  deletedAt?: number;
  /** By id, in the order in which they were added, as `encodeStored` writes them. */
  messages: Map<string, string>;
  /** What waits to be asked; absent: nothing ever did. */
  queue?: QuestionQueue;
}

/** All that a store in maps keeps, and what its parts share. */
export interface MapRecords {
  conversations: Map<string, MapConversation>;
  runs: Map<string, MapRun>;
  /** Of each user, by name. */
  notes: Map<string, Map<string, Note>>;
  /** Store ms. */
  now(): number;
  /** Notifies the subscribers of a run; "log": nothing but its log, or its end, has changed. */
  changed(runId: string, change?: "log"): void;
}

/** The run as callers see it, which they may keep. */
export function metaOf({ conversations }: MapRecords, { meta, inbox }: MapRun): RunMeta {
  const unread = countUnread(inbox);
  const deleted = conversations.get(meta.conversationId)?.deletedAt !== undefined;
  return { ...meta, deleted, ...(unread > 0 && { unread }) };
}

/** Whether the queue is the next one after that of the conversation. */
export const followsQueue = (
  conversation: MapConversation | undefined,
  { version }: QuestionQueue,
): boolean => (conversation?.queue?.version ?? 0) === version - 1;

/** Puts each record in the place of the one of its id. */
export function putRecords(run: MapRun, records: readonly InboxRecord[]): void {
  run.inbox = withRecords(run.inbox, records);
}

/** A run that has ended, from the records of another store. */
export const mapRunOf = ({ parentRunId, model, ...run }: ArchivedRun): MapRun => ({
  meta: {
    ...{ runId: run.runId, conversationId: run.conversationId, userId: run.userId, agent: run.agent },
    ...{ messageId: run.messageId, userMessageId: run.userMessageId, createdAt: run.createdAt },
    ...(parentRunId !== null && { parentRunId }),
    ...(model !== null && { model }),
    ...{ status: run.status, epoch: run.epoch, head: run.head, leaseUntil: 0, continuations: 0 },
  },
  ...{ bodyHash: run.bodyHash, token: run.token, suspendedToken: run.suspendedToken },
  ...{ entries: run.entries, ...(run.fold && { fold: run.fold }), inbox: run.inbox },
});

/** The runs of a conversation. */
export const runsOf = ({ runs }: MapRecords, conversationId: string): MapRun[] =>
  [...runs.values()].filter(({ meta }) => meta.conversationId === conversationId);
