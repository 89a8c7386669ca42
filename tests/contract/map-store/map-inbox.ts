import { isEnded } from "#lib/protocol/run-status.ts";
import {
  droppedMessage,
  encodeSent,
  judgeDecision,
  judgeMessage,
  unreadOf,
} from "#lib/storage/core/inbox-rules.ts";
import { expiry, waitsSince } from "#lib/storage/core/wait-rules.ts";
import type { RunStore } from "#lib/storage/run-store.ts";
import { type MapRecords, type MapRun, metaOf, putRecords } from "./map-records.ts";

export function createMapInbox(
  records: MapRecords,
): Pick<RunStore, "decide" | "sendMessage" | "leftMessages" | "dropMessage" | "expireWaiting"> {
  const { runs, now, changed } = records;

  const inboxRun = ({ meta: { status, stop } }: MapRun) => ({ status, isStopRequested: stop !== undefined });

  return {
    async decide(runId, decision, inputHash) {
      const run = runs.get(runId);
      if (!run) return null;
      const { approvalId } = decision;
      const asked = { approvalId, json: encodeSent(decision), inputHash };
      const judged = judgeDecision(inboxRun(run), run.inbox, asked);
      if (typeof judged !== "string") {
        putRecords(run, [judged]);
        if (run.meta.status === "waiting") run.meta = { ...run.meta, status: "queued" };
      }
      changed(runId);
      return { kind: typeof judged === "string" ? judged : "decided", run: metaOf(records, run) };
    },

    async sendMessage(runId, message) {
      const run = runs.get(runId);
      if (!run) return null;
      const { messageId } = message;
      const judged = judgeMessage(inboxRun(run), run.inbox, { messageId, json: encodeSent(message) });
      if (typeof judged !== "string") putRecords(run, [judged]);
      changed(runId);
      return { kind: typeof judged === "string" ? judged : "sent", run: metaOf(records, run) };
    },

    async leftMessages(limit) {
      const left = [...runs.values()].flatMap((run) => {
        const { messages } = unreadOf(run.inbox, run.meta.runId);
        const meta = metaOf(records, run);
        return isEnded(meta.status) && !meta.deleted && messages ? [{ run: meta, messages }] : [];
      });
      return left.slice(0, limit);
    },

    async expireWaiting(waitMs, limit) {
      const isOverdue = ({ meta, entries }: MapRun) =>
        meta.status === "waiting" && waitsSince(meta, entries.at(-1)) <= now() - waitMs;
      return [...runs.values()]
        .filter(isOverdue)
        .slice(0, limit)
        .map((run) => {
          run.meta = { ...run.meta, status: "stopping", stop: { ...expiry, at: now() } };
          changed(run.meta.runId);
          return metaOf(records, run);
        });
    },

    async dropMessage(runId, messageId) {
      const run = runs.get(runId);
      const dropped = run && isEnded(run.meta.status) && droppedMessage(run.inbox, messageId);
      if (run && dropped) putRecords(run, [dropped]);
    },
  };
}
