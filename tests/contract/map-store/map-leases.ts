import { isEnded } from "#lib/protocol/run-status.ts";
import { hasDecision, unreadOf } from "#lib/storage/core/inbox-rules.ts";
import { holdsLease, mayTakeOver } from "#lib/storage/core/lease-rules.ts";
import type { LeaseReply, RunStore } from "#lib/storage/run-store.ts";
import { type MapRecords, type MapRun, metaOf } from "./map-records.ts";

export function createMapLeases(records: MapRecords): Pick<RunStore, "claim" | "heartbeat" | "suspend"> {
  const { runs, now, changed } = records;
  return {
    async claim(runId, token, fromEpoch, leaseMs, holder, deadHolder) {
      const run = runs.get(runId);
      if (!run || isEnded(run.meta.status)) return null;
      // The same token again is the same lease: the reply to the first claim was lost.
      if (run.token !== token) {
        if (run.meta.epoch !== fromEpoch || !mayTakeOver(run.meta, now(), deadHolder)) return null;
        const { status, continuations } = run.meta;
        run.meta = {
          ...run.meta,
          epoch: fromEpoch + 1,
          holder,
          status: status === "queued" ? "running" : status,
          // The token of a lapsed or dead holder is still there; suspending takes it away.
          continuations: continuations + (run.token === null ? 0 : 1),
        };
        run.token = token;
        changed(runId);
      }
      run.meta.leaseUntil = now() + leaseMs;
      return { runId, epoch: run.meta.epoch, token, ...replyOf(run), run: metaOf(records, run) };
    },

    async heartbeat(lease, leaseMs) {
      const run = runs.get(lease.runId);
      if (!run || !holdsLease(headOf(run), lease)) return { kind: "fenced", ...replyOf(run) };
      if (isEnded(run.meta.status)) return { kind: "closed", ...replyOf(run) };
      run.meta.leaseUntil = now() + leaseMs;
      return { kind: "ok", ...replyOf(run) };
    },

    async suspend(lease, to) {
      const run = runs.get(lease.runId);
      if (run?.meta.epoch === lease.epoch && run.suspendedToken === lease.token)
        return { kind: "dup", ...replyOf(run) };
      if (!run || !holdsLease(headOf(run), lease)) return { kind: "fenced", ...replyOf(run) };
      if (isEnded(run.meta.status)) return { kind: "closed", ...replyOf(run) };
      if (run.meta.stop || (to === "waiting" && hasDecision(run.inbox)))
        return { kind: "decided", ...replyOf(run) };
      const { holder: _, ...meta } = run.meta;
      run.meta = { ...meta, status: to, leaseUntil: 0 };
      [run.suspendedToken, run.token] = [run.token, null];
      changed(lease.runId);
      return { kind: "ok", ...replyOf(run) };
    },
  };
}

/** What the rules of lib/storage/core need to know of a run. */
export const headOf = ({ meta: { status, epoch, head }, token }: MapRun) => ({ status, epoch, head, token });

/** What every reply to a holder carries. */
export const replyOf = (run: MapRun | undefined): LeaseReply => ({
  head: run?.meta.head ?? 0,
  ...(run?.meta.stop && { stop: run.meta.stop }),
  ...(run && unreadOf(run.inbox, run.meta.runId)),
});
