import type { RunEvent } from "#lib/protocol/run-event.ts";
import { isEnded } from "#lib/protocol/run-status.ts";
import { isProgress, judgeAppend, judgeFinish, newEvents } from "#lib/storage/core/append-rules.ts";
import { checkEvents } from "#lib/storage/core/check-events.ts";
import { encodeEntry } from "#lib/storage/core/encode-entry.ts";
import {
  changedRecords,
  inboxChanges,
  mayEndWith,
  recordsAtEnd,
  withRecords,
} from "#lib/storage/core/inbox-rules.ts";
import { savedAnswer } from "#lib/storage/core/saved-answer.ts";
import { decodeMessage, encodeStored } from "#lib/storage/core/stored-json.ts";
import type { RunStore } from "#lib/storage/run-store.ts";
import { headOf, replyOf } from "./map-leases.ts";
import { type MapRecords, type MapRun, metaOf, putRecords } from "./map-records.ts";

export function createMapLog(records: MapRecords): Pick<RunStore, "append" | "finish" | "requestStop"> {
  const { conversations, runs, now } = records;
  return {
    async append(lease, events, leaseMs, fold) {
      checkEvents(lease, events, false);
      const run = runs.get(lease.runId);
      const kind = judgeAppend(run && headOf(run), lease, events);
      if (!run || (kind !== "ok" && kind !== "dup") || isEnded(run.meta.status))
        return { kind, ...replyOf(run) };
      store(run, events);
      run.meta.leaseUntil = now() + leaseMs;
      if (fold && fold.seq <= run.meta.head && fold.seq > (run.fold?.seq ?? 0))
        run.fold = { seq: fold.seq, json: encodeStored(fold) };
      if (kind === "ok") records.changed(lease.runId, "log");
      return { kind, ...replyOf(run) };
    },

    async finish(lease, events, end) {
      const { status, state } = end;
      checkEvents(lease, events, true);
      const run = runs.get(lease.runId);
      const isStopRequested = run?.meta.stop !== undefined;
      const kind = judgeFinish(run && { ...headOf(run), isStopRequested }, lease, events);
      const conversation = conversations.get(run?.meta.conversationId ?? "");
      const told = () =>
        (conversation?.queue?.questions ?? []).length > 0 ? { hasQueue: true as const } : {};
      if (run && kind === "dup") return { kind, ...replyOf(run), ...told() };
      if (!run || !conversation || kind !== "ok") return { kind, ...replyOf(run) };
      const changed = changedRecords(run.inbox, inboxChanges(newEvents(run.meta, events)));
      if (!mayEndWith(end, withRecords(run.inbox, changed))) return { kind: "unread", ...replyOf(run) };
      store(run, events);
      putRecords(run, recordsAtEnd(run.inbox));
      const { holder: _, ...meta } = run.meta;
      run.meta = { ...meta, status, leaseUntil: 0 };
      const saved = conversation.messages.get(state.messageId);
      const answer = savedAnswer(
        saved === undefined ? undefined : decodeMessage(saved, meta.conversationId, state.messageId),
        state,
      );
      conversation.messages.set(answer.id, encodeStored(answer));
      const { activeRunId: __, ...fields } = conversation.fields;
      conversation.fields = { ...fields, updatedAt: now() };
      records.changed(lease.runId, "log");
      return { kind, ...replyOf(run), ...told() };
    },

    async requestStop(runId, by, reason) {
      const run = runs.get(runId);
      if (!run) return null;
      if (isEnded(run.meta.status)) return metaOf(records, run);
      const stop = run.meta.stop ?? { by, ...(reason !== undefined && { reason }), at: now() };
      run.meta = { ...run.meta, status: "stopping", stop };
      records.changed(runId);
      return metaOf(records, run);
    },
  };
}

/** Adds what is new to the log. Where the run got on, continuations are counted from 0 again. */
function store(run: MapRun, events: readonly RunEvent[]): void {
  const added = newEvents(run.meta, events);
  run.entries.push(...added.map(encodeEntry));
  putRecords(run, changedRecords(run.inbox, inboxChanges(added)));
  run.meta = {
    ...run.meta,
    head: run.entries.length,
    ...(added.some(isProgress) && { continuations: 0 }),
  };
}
