import { continueMessage } from "../../events/continue-message.ts";
import { messageOf, type RunState } from "../../events/fold.ts";
import type { AssistantMessage } from "../../events/message.ts";
import type { RunEvent } from "../../events/run-event.ts";
import { checkEvents } from "../check-events.ts";
import { type Append, isOver, type Lease, type LogEntry, type RunEnd, type RunMeta } from "../storage.ts";
import { decodeMessage, encodeStored } from "../stored-json.ts";
import { answerOf, freshOf, judge } from "./lease-rules.ts";
import { type LogRow, metaOf } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./transactions.ts";

/** What changes a log, or ends it (docs/protocol.md 5.1, 5.5, 5.6). */
export const createRunLog = (sql: Statements, now: () => number) => ({
  append(lease: Lease, events: readonly RunEvent[], leaseMs: number, fold?: RunState): Write<Append> {
    checkEvents(lease, events, false);
    return (changed) => {
      const row = sql.log.get(lease.runId);
      const kind = judge(row, lease, events);
      if (!row || (kind !== "ok" && kind !== "dup")) return { kind, ...answerOf(row) };
      if (isOver(row.status)) return { kind, ...answerOf(row) };
      const leaseUntil = now() + leaseMs;
      const entries = grow(sql, row, events, leaseUntil);
      const answer = answerOf(row, row.head + entries.length);
      const { head, stop } = answer;
      if (fold && fold.seq <= head) sql.saveFold.run(lease.runId, fold.seq, encodeStored(fold));
      if (kind === "ok") changed(lease.runId, { head, stop, status: row.status, leaseUntil, entries });
      return { kind, ...answer };
    };
  },

  finish(lease: Lease, events: readonly RunEvent[], end: RunEnd): Write<Append> {
    checkEvents(lease, events, true);
    return (changed) => {
      const row = sql.log.get(lease.runId);
      const kind = judgeEnd(row, lease, events);
      if (!row || kind !== "ok") return { kind, ...answerOf(row) };
      close(sql, row, events, end, now());
      changed(lease.runId);
      return { kind, ...answerOf(row, row.head + freshOf(row, events).length) };
    };
  },

  requestStop(runId: string, by: string, reason?: string): Write<RunMeta | null> {
    return (changed) => {
      const row = sql.run.get(runId);
      if (!row) return null;
      if (isOver(row.status)) return metaOf(row);
      if (row.stop_at === null) sql.stopRun.run(by, reason ?? null, now(), runId);
      // Rings each time: whoever presses Stop again may do so because the first bell was lost.
      changed(runId);
      return metaOf(sql.run.get(runId) ?? row);
    };
  },
});

function judgeEnd(row: LogRow | undefined, lease: Lease, events: readonly RunEvent[]): Append["kind"] {
  const kind = judge(row, lease, events);
  // The log holds something else where the end should be: its owner must not believe that the run is over.
  if (row && kind === "dup" && !isOver(row.status)) return "gap";
  return kind === "ok" && row?.stop_at !== null && events.at(-1)?.type !== "abort" ? "stopping" : kind;
}

/** Stores the new ones among `events`, and returns them as they are stored. */
function grow(sql: Statements, row: LogRow, events: readonly RunEvent[], leaseUntil: number): LogEntry[] {
  const fresh = freshOf(row, events);
  const entries = store(sql, row.run_id, fresh);
  const hasStep = fresh.some((event) => event.type === "finish-step");
  sql.growRun.run(row.head + fresh.length, leaseUntil, hasStep ? 0 : row.continuations, row.run_id);
  return entries;
}

function close(sql: Statements, row: LogRow, events: readonly RunEvent[], end: RunEnd, at: number): void {
  const fresh = freshOf(row, events);
  store(sql, row.run_id, fresh);
  sql.endRun.run(row.head + fresh.length, end.status, row.run_id);
  const message = wholeMessage(sql, row.conversation_id, messageOf(end.state));
  sql.saveMessage.run(row.conversation_id, message.id, encodeStored(message));
  sql.clearActive.run(row.run_id, at, row.conversation_id);
}

/** What the run wrote, behind what is kept of the run that it continues. */
function wholeMessage(sql: Statements, conversationId: string, written: AssistantMessage): AssistantMessage {
  const saved = sql.message.get(conversationId, written.id);
  const kept = saved && decodeMessage(saved.json, conversationId, written.id);
  return continueMessage(kept?.role === "assistant" ? kept : undefined, written);
}

/** As many fresh events are moved together; other processes' readers look through all of them. */
const mostFresh = 1024;
/** Characters of an event that goes to its place at once: it nearly fills a page by itself. */
const longEvent = 2048;

function store(sql: Statements, runId: string, events: readonly RunEvent[]): LogEntry[] {
  const entries = events.map((event) => ({
    seq: event.seq,
    epoch: event.epoch,
    json: JSON.stringify(event),
  }));
  let fresh = 0;
  for (const { seq, epoch, json } of entries) {
    if (json.length > longEvent) sql.addSettled.run(runId, seq, epoch, json);
    else fresh = sql.addFresh.add(runId, seq, epoch, json);
  }
  if (fresh >= mostFresh) {
    sql.settle.run();
    sql.clearFresh.run();
  }
  return entries;
}
