import { isEnded } from "../../protocol/run-status.ts";
import { holdsLease, mayTakeOver } from "../core/lease-rules.ts";
import type { AppendResult, ClaimedRun, Holder, Lease, LeaseReply } from "../run-store.ts";
import { leaseReplyOf, mayNotWait } from "./inbox.ts";
import { holderOf, metaOf, type RunRow } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./write-batch.ts";

/** A request for a run's lease, as `RunStore.claim` takes it. */
export interface Claim {
  runId: string;
  token: string;
  fromEpoch: number;
  leaseMs: number;
  holder: Holder;
  deadHolder?: Holder | undefined;
}

export type SqliteLeases = ReturnType<typeof createSqliteLeases>;

/** Claiming, renewing and suspending (docs/protocol.md 5.1, 5.3, 5.8) by the rules of core/lease-rules.ts. */
export const createSqliteLeases = (sql: Statements, now: () => number) => ({
  claim:
    (claim: Claim): Write<ClaimedRun | null> =>
    (changed) => {
      const row = sql.run.get(claim.runId);
      if (!row || isEnded(row.status)) return null;
      // L5: the answer to the first claim was lost.
      if (row.token === claim.token) {
        sql.renewLease.run(now() + claim.leaseMs, claim.runId);
        return claimedLease(sql, claim);
      }
      if (row.epoch !== claim.fromEpoch || !mayTakeOver(leasedRunOf(row), now(), claim.deadHolder))
        return null;
      takeOver(sql, row, claim, now() + claim.leaseMs);
      changed(claim.runId);
      return claimedLease(sql, claim);
    },

  heartbeat:
    (lease: Lease, leaseMs: number): Write<AppendResult> =>
    () => {
      const row = sql.run.get(lease.runId);
      if (!row || !holdsLease(row, lease)) return { kind: "fenced", ...leaseReplyOf(sql, row) };
      if (isEnded(row.status)) return { kind: "closed", ...leaseReplyOf(sql, row) };
      sql.renewLease.run(now() + leaseMs, lease.runId);
      return { kind: "ok", ...leaseReplyOf(sql, row) };
    },

  suspend:
    (lease: Lease, to: "waiting" | "queued"): Write<AppendResult | (LeaseReply & { kind: "decided" })> =>
    (changed) => {
      const row = sql.run.get(lease.runId);
      if (row?.epoch === lease.epoch && row.suspended_token === lease.token)
        return { kind: "dup", ...leaseReplyOf(sql, row) };
      if (!row || !holdsLease(row, lease)) return { kind: "fenced", ...leaseReplyOf(sql, row) };
      if (isEnded(row.status)) return { kind: "closed", ...leaseReplyOf(sql, row) };
      if (row.stop_at !== null || (to === "waiting" && mayNotWait(sql, row)))
        return { kind: "decided", ...leaseReplyOf(sql, row) };
      sql.suspendRun.run(to, lease.runId);
      changed(lease.runId);
      return { kind: "ok", ...leaseReplyOf(sql, row) };
    },
});

const leasedRunOf = (row: RunRow) => ({
  status: row.status,
  leaseUntil: row.lease_until,
  holder: holderOf(row),
});

function takeOver(sql: Statements, row: RunRow, { token, holder, runId }: Claim, leaseUntil: number): void {
  // The token of a lapsed or dead holder is still there; suspending takes it away.
  const continuations = row.token === null ? 0 : 1;
  sql.takeRun.run(
    token,
    leaseUntil,
    holder.host,
    holder.boot,
    holder.pid,
    holder.startedAt,
    continuations,
    runId,
  );
}

function claimedLease(sql: Statements, { runId, token }: Claim): ClaimedRun | null {
  const row = sql.run.get(runId);
  return row ? { runId, epoch: row.epoch, token, ...leaseReplyOf(sql, row), run: metaOf(row) } : null;
}
