import type { LogEntry } from "../../protocol/log-entry.ts";
import type { AssistantMessage } from "../../protocol/message.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { isEnded } from "../../protocol/run-status.ts";
import { isProgress, judgeAppend, judgeFinish, newEvents } from "../core/append-rules.ts";
import { checkEvents } from "../core/check-events.ts";
import { savedAnswer } from "../core/saved-answer.ts";
import { decodeMessage, encodeStored } from "../core/stored-json.ts";
import { isUnreadable } from "../core/unreadable.ts";
import type { AppendResult, Lease, RunEnd, RunMeta } from "../run-store.ts";
import { closeInbox, leaseReplyOf, mayEndRun, updateInbox } from "./inbox.ts";
import { type AppendedRow, type LogRow, metaOf } from "./rows.ts";
import { storeEvents } from "./staging-table.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./write-batch.ts";

/** What changes a log, or ends it (docs/protocol.md 5.1, 5.5, 5.6), by the rules of core/append-rules.ts. */
export const createSqliteLog = (sql: Statements, now: () => number) => ({
  append(lease: Lease, events: readonly RunEvent[], leaseMs: number, fold?: RunState): Write<AppendResult> {
    checkEvents(lease, events, false);
    return (changed) => {
      const leaseUntil = now() + leaseMs;
      const { kind, row, entries } =
        appendFast(sql, lease, events, leaseUntil) ?? appendChecked(sql, lease, events, leaseUntil);
      const result = { kind, ...leaseReplyOf(sql, row) };
      if (!row || !entries) return result;
      const { head, stop } = result;
      if (fold && fold.seq <= head) sql.saveFold.run(lease.runId, fold.seq, encodeStored(fold));
      if (kind === "ok") changed(lease.runId, { head, stop, status: row.status, leaseUntil, entries });
      return result;
    };
  },

  finish(lease: Lease, events: readonly RunEvent[], end: RunEnd): Write<AppendResult> {
    checkEvents(lease, events, true);
    return (changed) => {
      const row = sql.log.get(lease.runId);
      const kind = judgeFinish(row && { ...row, isStopRequested: row.stop_at !== null }, lease, events);
      if (row && kind === "dup") return { kind, ...leaseReplyOf(sql, row), ...queueTold(sql, row) };
      if (!row || kind !== "ok") return { kind, ...leaseReplyOf(sql, row) };
      if (!mayEndRun(sql, row, events, end)) return { kind: "unread", ...leaseReplyOf(sql, row) };
      const entries = endRun(sql, row, events, end, now());
      const unread = closeInbox(sql, lease.runId, events);
      const reply = leaseReplyOf(sql, { ...row, head: row.head + entries.length, unread });
      changed(lease.runId, { ...reply, status: end.status, leaseUntil: 0, entries });
      return { kind, ...reply, ...queueTold(sql, row) };
    };
  },

  requestStop(runId: string, by: string, reason?: string): Write<RunMeta | null> {
    return (changed) => {
      const row = sql.run.get(runId);
      if (!row) return null;
      if (isEnded(row.status)) return metaOf(row);
      if (row.stop_at === null) sql.stopRun.run(by, reason ?? null, now(), runId);
      // Each time, not only the first: Stop may be pressed again because the first notice was lost.
      changed(runId);
      return metaOf(sql.run.get(runId) ?? row);
    };
  },
});

/** To whom has ended the run. */
const queueTold = (sql: Statements, { conversation_id }: Pick<LogRow, "conversation_id">) =>
  (sql.queueDue.get(conversation_id)?.queue_due ?? 0) > 0 ? { hasQueue: true as const } : {};

interface AppendOutcome {
  kind: AppendResult["kind"];
  /** The run after the append. */
  row: AppendedRow | undefined;
  /** What was stored; absent if nothing may be stored. */
  entries?: LogEntry[];
}

/**
 * The common case, one statement for the run's row: the holder of the lease appends the next events, and
 * nobody has asked for anything.
 */
function appendFast(
  sql: Statements,
  { runId, epoch, token }: Lease,
  events: readonly RunEvent[],
  leaseUntil: number,
): AppendOutcome | undefined {
  const before = (events[0]?.seq ?? 0) - 1;
  if (!events.every((event, index) => event.seq === before + 1 + index)) return undefined;
  const head = before + events.length;
  if (sql.appendFast.update(head, leaseUntil, hasProgress(events), runId, epoch, token, before) === 0)
    return undefined;
  const unread = updateInbox(sql, runId, events) ?? 0;
  const row = { ...unasked, run_id: runId, head, unread };
  return { kind: "ok", row, entries: storeEvents(sql, runId, events) };
}

/** What the statement has compared. */
const unasked = { status: "running", stop_by: null, stop_reason: null, stop_at: null } as const;

/** Every other case: a stop or messages to be told of, repeats, and what must be refused. */
function appendChecked(
  sql: Statements,
  lease: Lease,
  events: readonly RunEvent[],
  leaseUntil: number,
): AppendOutcome {
  const row = sql.log.get(lease.runId);
  const kind = judgeAppend(row, lease, events);
  if (!row || (kind !== "ok" && kind !== "dup") || isEnded(row.status)) return { kind, row };
  const added = newEvents(row, events);
  const head = row.head + added.length;
  sql.setHead.run(head, leaseUntil, hasProgress(added), lease.runId);
  const unread = updateInbox(sql, lease.runId, added) ?? row.unread;
  return { kind, row: { ...row, head, unread }, entries: storeEvents(sql, lease.runId, added) };
}

const hasProgress = (events: readonly RunEvent[]): 0 | 1 => (events.some(isProgress) ? 1 : 0);

/** Stores the last events, the status and the answer, and frees the conversation. Returns what was stored. */
function endRun(
  sql: Statements,
  row: LogRow,
  events: readonly RunEvent[],
  { status, state }: RunEnd,
  at: number,
): LogEntry[] {
  const { run_id: runId, conversation_id: conversationId } = row;
  const entries = storeEvents(sql, runId, newEvents(row, events));
  sql.endRun.run(row.head + entries.length, status, runId);
  const answer = answerToSave(sql, conversationId, state);
  if (answer) sql.saveMessage.run(conversationId, answer.id, encodeStored(answer));
  sql.clearActive.run(runId, at, conversationId);
  return entries;
}

/** Undefined: what it continues cannot be read, and is left as it is. The run ends all the same. */
function answerToSave(
  sql: Statements,
  conversationId: string,
  state: RunState,
): AssistantMessage | undefined {
  const saved = sql.message.get(conversationId, state.messageId);
  try {
    return savedAnswer(saved && decodeMessage(saved.json, conversationId, state.messageId), state);
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}
