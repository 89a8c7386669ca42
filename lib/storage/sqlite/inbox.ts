import type { RunEvent } from "../../protocol/run-event.ts";
import { isEnded } from "../../protocol/run-status.ts";
import { newEvents } from "../core/append-rules.ts";
import {
  changedRecords,
  countUnread,
  droppedMessage,
  encodeSent,
  hasDecision,
  type InboxRecord,
  inboxChanges,
  judgeDecision,
  judgeMessage,
  mayEndWith,
  recordsAtEnd,
  unreadOf,
  withRecords,
} from "../core/inbox-rules.ts";
import { isUnreadable } from "../core/unreadable.ts";
import type {
  DecideResult,
  Decision,
  LeaseReply,
  LeftMessages,
  RunEnd,
  SendResult,
  SentMessage,
} from "../run-store.ts";
import { readRunRow } from "./read-run-row.ts";
import { metaOf, type RunRow, type StopRow, stopOf } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./write-batch.ts";

/** What persons send into runs (docs/protocol.md 3.4, 3.10), by the rules of core/inbox-rules.ts. */
export const createSqliteInbox = (sql: Statements) => ({
  decide(runId: string, decision: Decision, inputHash: string): Write<DecideResult | null> {
    const { approvalId } = decision;
    const asked = { approvalId, json: encodeSent(decision), inputHash };
    return (changed) => {
      const row = sql.run.get(runId);
      if (!row) return null;
      const records = sql.inbox.all(runId);
      const judged = judgeDecision(inboxRunOf(row), records, asked);
      if (typeof judged !== "string") {
        saveRecords(sql, runId, records, [judged]);
        sql.queueWaiting.run(runId);
      }
      changed(runId);
      return { kind: typeof judged === "string" ? judged : "decided", run: metaOf(readRunRow(sql, runId)) };
    };
  },

  sendMessage(runId: string, message: SentMessage): Write<SendResult | null> {
    const sent = { messageId: message.messageId, json: encodeSent(message) };
    return (changed) => {
      const row = sql.run.get(runId);
      if (!row) return null;
      const records = sql.inbox.all(runId);
      const judged = judgeMessage(inboxRunOf(row), records, sent);
      if (typeof judged !== "string") saveRecords(sql, runId, records, [judged]);
      changed(runId);
      return { kind: typeof judged === "string" ? judged : "sent", run: metaOf(readRunRow(sql, runId)) };
    };
  },

  dropMessage:
    (runId: string, messageId: string): Write<void> =>
    () => {
      const row = sql.run.get(runId);
      const records = row && isEnded(row.status) ? sql.inbox.all(runId) : [];
      const dropped = droppedMessage(records, messageId);
      if (dropped) saveRecords(sql, runId, records, [dropped]);
    },

  /** One that cannot be read hides no other. */
  leftMessages: (limit: number): LeftMessages[] =>
    sql.left.all(limit).flatMap((row) => {
      try {
        const { messages } = unreadOf(sql.inbox.all(row.run_id), row.run_id);
        return messages ? [{ run: metaOf(row), messages }] : [];
      } catch (error) {
        if (isUnreadable(error)) return [];
        throw error;
      }
    }),
});

const inboxRunOf = ({ status, stop_at }: Pick<RunRow, "status" | "stop_at">) => ({
  status,
  isStopRequested: stop_at !== null,
});

/** What a reply tells of its run. */
type RepliedRow = StopRow & Pick<RunRow, "run_id" | "head" | "unread">;

/** What every reply to a lease holder carries (docs/protocol.md 5.5). `row` undefined: no such run. */
export function leaseReplyOf(sql: Statements, row: RepliedRow | undefined): LeaseReply {
  if (!row) return { head: 0 };
  const stop = stopOf(row);
  return {
    head: row.head,
    ...(stop && { stop }),
    ...(row.unread > 0 && unreadOf(sql.inbox.all(row.run_id), row.run_id)),
  };
}

/** N5. */
export const mayNotWait = (sql: Statements, { run_id, unread }: Pick<RunRow, "run_id" | "unread">): boolean =>
  unread > 0 && hasDecision(sql.inbox.all(run_id));

/** N6. */
export function mayEndRun(
  sql: Statements,
  row: Pick<RunRow, "run_id" | "head" | "unread">,
  events: readonly RunEvent[],
  end: RunEnd,
): boolean {
  if (row.unread === 0) return true;
  const records = sql.inbox.all(row.run_id);
  const changes = inboxChanges(newEvents(row, events));
  return mayEndWith(end, withRecords(records, changedRecords(records, changes)));
}

/** N1, N3, N4, for events that join the log. Returns how many are unread, if that may have changed. */
export function updateInbox(sql: Statements, runId: string, events: readonly RunEvent[]): number | undefined {
  const changes = inboxChanges(events);
  if (changes.length === 0) return undefined;
  const records = sql.inbox.all(runId);
  return saveRecords(sql, runId, records, changedRecords(records, changes));
}

/** N4, for the last events of a log. Returns how many messages are left. */
export function closeInbox(sql: Statements, runId: string, events: readonly RunEvent[]): number {
  updateInbox(sql, runId, events);
  const records = sql.inbox.all(runId);
  return saveRecords(sql, runId, records, recordsAtEnd(records));
}

function saveRecords(
  sql: Statements,
  runId: string,
  records: readonly InboxRecord[],
  changed: readonly InboxRecord[],
): number {
  for (const { kind, id, state, position, toolCallId, inputHash, digest, json } of changed)
    sql.saveInboxRecord.run(runId, kind, id, state, position, toolCallId, inputHash, digest, json);
  const unread = countUnread(withRecords(records, changed));
  if (changed.length > 0) sql.setUnread.run(unread, runId);
  return unread;
}
