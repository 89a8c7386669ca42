import { continueMessage } from "../../protocol/continue-message.ts";
import { messageOf } from "../../protocol/fold.ts";
import type { LogEntry } from "../../protocol/log-entry.ts";
import type { AssistantMessage } from "../../protocol/message.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { isEnded } from "../../protocol/run-status.ts";
import { checkEvents } from "../core/check-events.ts";
import { decodeMessage, encodeStored } from "../core/stored-json.ts";
import type { AppendResult, Lease, RunEnd, RunMeta } from "../run-store.ts";
import { answerOf, freshOf, judge } from "./lease-rules.ts";
import { type AppendedRow, type LogRow, metaOf } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./transactions.ts";

/** What changes a log, or ends it (docs/protocol.md 5.1, 5.5, 5.6). */
export const createSqliteLog = (sql: Statements, now: () => number) => ({
  append(lease: Lease, events: readonly RunEvent[], leaseMs: number, fold?: RunState): Write<AppendResult> {
    checkEvents(lease, events, false);
    return (changed) => {
      const leaseUntil = now() + leaseMs;
      const { kind, row, entries } =
        appendFast(sql, lease, events, leaseUntil) ?? appendChecked(sql, lease, events, leaseUntil);
      const answer = { kind, ...answerOf(row) };
      if (!row || !entries) return answer;
      const { head, stop } = answer;
      if (fold && fold.seq <= head) sql.saveFold.run(lease.runId, fold.seq, encodeStored(fold));
      if (kind === "ok") changed(lease.runId, { head, stop, status: row.status, leaseUntil, entries });
      return answer;
    };
  },

  finish(lease: Lease, events: readonly RunEvent[], end: RunEnd): Write<AppendResult> {
    checkEvents(lease, events, true);
    return (changed) => {
      const row = sql.log.get(lease.runId);
      const kind = judgeEnd(row, lease, events);
      if (!row || kind !== "ok") return { kind, ...answerOf(row) };
      const entries = close(sql, row, events, end, now());
      const answer = answerOf(row, row.head + entries.length);
      changed(lease.runId, { ...answer, status: end.status, leaseUntil: 0, entries });
      return { kind, ...answer };
    };
  },

  requestStop(runId: string, by: string, reason?: string): Write<RunMeta | null> {
    return (changed) => {
      const row = sql.run.get(runId);
      if (!row) return null;
      if (isEnded(row.status)) return metaOf(row);
      if (row.stop_at === null) sql.stopRun.run(by, reason ?? null, now(), runId);
      // Rings each time: whoever presses Stop again may do so because the first bell was lost.
      changed(runId);
      return metaOf(sql.run.get(runId) ?? row);
    };
  },
});

function judgeEnd(row: LogRow | undefined, lease: Lease, events: readonly RunEvent[]): AppendResult["kind"] {
  const kind = judge(row, lease, events);
  // The log holds something else where the end should be: its owner must not believe that the run is over.
  if (row && kind === "dup" && !isEnded(row.status)) return "gap";
  return kind === "ok" && row?.stop_at !== null && events.at(-1)?.type !== "abort" ? "stopping" : kind;
}

/** How an append went. */
interface Growth {
  kind: AppendResult["kind"];
  /** The run after it. */
  row: AppendedRow | undefined;
  /** What is new, as it is stored; absent if the run takes nothing. */
  entries?: LogEntry[];
}

/** What nearly always happens, in one statement for the run's row: its holder appends the next events. */
function appendFast(
  sql: Statements,
  { runId, epoch, token }: Lease,
  events: readonly RunEvent[],
  leaseUntil: number,
): Growth | undefined {
  const before = (events[0]?.seq ?? 0) - 1;
  if (!events.every((event, at) => event.seq === before + 1 + at)) return undefined;
  const head = before + events.length;
  const row = sql.growHeld.get(head, leaseUntil, hasStep(events), runId, epoch, token, before);
  return row && { kind: "ok", row, entries: store(sql, runId, events) };
}

/** Repeats, and everything that is wrong. */
function appendChecked(
  sql: Statements,
  lease: Lease,
  events: readonly RunEvent[],
  leaseUntil: number,
): Growth {
  const row = sql.log.get(lease.runId);
  const kind = judge(row, lease, events);
  if (!row || (kind !== "ok" && kind !== "dup") || isEnded(row.status)) return { kind, row };
  const fresh = freshOf(row, events);
  const head = row.head + fresh.length;
  sql.growRun.run(head, leaseUntil, hasStep(fresh), lease.runId);
  return { kind, row: { ...row, head }, entries: store(sql, lease.runId, fresh) };
}

const hasStep = (events: readonly RunEvent[]): 0 | 1 =>
  events.some((event) => event.type === "finish-step") ? 1 : 0;

/** Ends the run, and returns the new ones among `events` as they are stored. */
function close(
  sql: Statements,
  row: LogRow,
  events: readonly RunEvent[],
  end: RunEnd,
  at: number,
): LogEntry[] {
  const fresh = freshOf(row, events);
  const entries = store(sql, row.run_id, fresh);
  sql.endRun.run(row.head + fresh.length, end.status, row.run_id);
  const message = wholeMessage(sql, row.conversation_id, messageOf(end.state));
  sql.saveMessage.run(row.conversation_id, message.id, encodeStored(message));
  sql.clearActive.run(row.run_id, at, row.conversation_id);
  return entries;
}

/** What the run wrote, behind what is kept of the run that it continues. */
function wholeMessage(sql: Statements, conversationId: string, written: AssistantMessage): AssistantMessage {
  const saved = sql.message.get(conversationId, written.id);
  const kept = saved && decodeMessage(saved.json, conversationId, written.id);
  return continueMessage(kept?.role === "assistant" ? kept : undefined, written);
}

/** As many fresh events are moved together; other processes' readers look through all of them. */
const mostFresh = 1024;
/** Characters of an event that goes to its place at once: it takes half a page, or a whole one in Chinese. */
const longEvent = 2048;

function store(sql: Statements, runId: string, events: readonly RunEvent[]): LogEntry[] {
  const entries = events.map((event) => ({
    seq: event.seq,
    epoch: event.epoch,
    json: JSON.stringify(event),
  }));
  // Counted from 1 since they were moved last.
  let position = 0;
  for (const { seq, epoch, json } of entries) {
    if (json.length > longEvent) sql.addSettled.run(runId, seq, epoch, json);
    else position = sql.addFresh.add(runId, seq, epoch, json);
  }
  if (position >= mostFresh) {
    sql.settle.run();
    sql.clearFresh.run();
  }
  return entries;
}
