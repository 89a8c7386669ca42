import { isEnded } from "../../protocol/run-status.ts";
import type { AppendResult, Holder, Lease, LeaseReply, RunMeta } from "../run-store.ts";
import { answerOf, isHeld, isLeased } from "./lease-rules.ts";
import { metaOf, type RunRow } from "./rows.ts";
import type { Statements } from "./statements.ts";
import type { Write } from "./transactions.ts";

export interface Claim {
  runId: string;
  token: string;
  fromEpoch: number;
  leaseMs: number;
  holder: Holder;
  deadHolder: Holder | undefined;
}

type Claimed = Lease & LeaseReply & { run: RunMeta };

/** Who may append: taking a run, keeping it, letting it go (docs/protocol.md 5.1, 5.3, 5.8). */
export const createSqliteLeases = (sql: Statements, now: () => number) => ({
  claim:
    (claim: Claim): Write<Claimed | null> =>
    (changed) => {
      const row = sql.run.get(claim.runId);
      if (!row || isEnded(row.status)) return null;
      if (row.token === claim.token) {
        sql.renewLease.run(now() + claim.leaseMs, claim.runId);
        return claimed(sql, claim);
      }
      if (row.epoch !== claim.fromEpoch || row.status === "waiting") return null;
      if (isLeased(row, now(), claim.deadHolder)) return null;
      take(sql, row, claim, now() + claim.leaseMs);
      changed(claim.runId);
      return claimed(sql, claim);
    },

  heartbeat: (lease: Lease, leaseMs: number): Write<AppendResult> => {
    return () => {
      const row = sql.run.get(lease.runId);
      if (!row || !isHeld(row, lease)) return { kind: "fenced", ...answerOf(row) };
      if (isEnded(row.status)) return { kind: "closed", ...answerOf(row) };
      sql.renewLease.run(now() + leaseMs, lease.runId);
      return { kind: "ok", ...answerOf(row) };
    };
  },

  suspend:
    (lease: Lease, to: "waiting" | "queued"): Write<AppendResult | (LeaseReply & { kind: "decided" })> =>
    (changed) => {
      const row = sql.run.get(lease.runId);
      if (row?.epoch === lease.epoch && row.suspended_token === lease.token)
        return { kind: "dup", ...answerOf(row) };
      if (!row || !isHeld(row, lease)) return { kind: "fenced", ...answerOf(row) };
      if (isEnded(row.status)) return { kind: "closed", ...answerOf(row) };
      if (row.stop_at !== null) return { kind: "decided", ...answerOf(row) };
      sql.suspendRun.run(to, lease.runId);
      changed(lease.runId);
      return { kind: "ok", ...answerOf(row) };
    },
});

function take(sql: Statements, row: RunRow, { token, holder, runId }: Claim, leaseUntil: number): void {
  // A token without a live lease was left by an owner that lapsed or died; one that suspended took it along.
  const continuation = row.token === null ? 0 : 1;
  sql.takeRun.run(
    token,
    leaseUntil,
    holder.host,
    holder.boot,
    holder.pid,
    holder.startedAt,
    continuation,
    runId,
  );
}

function claimed(sql: Statements, { runId, token }: Claim): Claimed | null {
  const row = sql.run.get(runId);
  return row ? { runId, epoch: row.epoch, token, ...answerOf(row), run: metaOf(row) } : null;
}
