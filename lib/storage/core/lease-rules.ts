/**
 * Who holds a run, and who may take it over.
 *
 * Owns: the comparison of leases with the store's clock, and the one rule for taking over a run. Every caller
 * decides by these functions: the SQLite driver, `lib/runs` and `lib/conversations`. Where a driver must
 * decide inside its database it repeats a rule in that language and names it (kv/scripts,
 * sqlite/statements.ts).
 * Does not own: the order of the checks before events are stored (append-rules.ts), nor how a process is
 * found to be dead (`lib/runs`).
 *
 * L1  Time is the store's. A lease is live while `leaseUntil` is later than now; 0: the run has no holder.
 * L2  A live lease counts as lapsed if its holder is the process that the caller knows to be dead: same host,
 *     boot, pid and start time.
 * L3  A run may be taken over while it is `queued`, `running` or `stopping` and has no live lease. Never
 *     while it is `waiting`, and never after its end.
 * L4  It is claimable, which means that some process has to take it over, if it also is the active run of its
 *     conversation or has a stop request.
 * L5  A claim is a compare-and-set on the epoch, which then grows. The same token again is the same lease.
 * L6  Only the newest claim's epoch and token may append. A lapsed lease that nobody claimed is still held.
 */

import { isEnded, type RunStatus } from "../../protocol/run-status.ts";
import type { Holder, Lease, StopRequest } from "../run-store.ts";

/** What the rules need to know of a run; `RunMeta` is one. */
export interface LeasedRun {
  status: RunStatus;
  /** Store ms. */
  leaseUntil: number;
  holder?: Holder | undefined;
}

/** Whether the run's holder is taken to be alive (L1, L2). `now`: store ms. */
export const isLeased = ({ leaseUntil, holder }: LeasedRun, now: number, deadHolder?: Holder): boolean =>
  leaseUntil > now && !(deadHolder && isSameHolder(holder, deadHolder));

/** Whether a process that meets the run may take it over (L3). `now`: store ms. */
export const mayTakeOver = (run: LeasedRun, now: number, deadHolder?: Holder): boolean =>
  !isEnded(run.status) && run.status !== "waiting" && !isLeased(run, now, deadHolder);

/** Whether some process has to take the run over (L4). `isActive`: it is its conversation's active run. */
export const isClaimable = (
  run: LeasedRun & { stop?: StopRequest | undefined },
  isActive: boolean,
  now: number,
): boolean => mayTakeOver(run, now) && (isActive || run.stop !== undefined);

/** Whether the lease is that of the newest claim (L6). A claim that was suspended has left no token. */
export const holdsLease = (run: { epoch: number; token: string | null }, lease: Lease): boolean =>
  run.epoch === lease.epoch && run.token === lease.token;

const isSameHolder = (one: Holder | undefined, other: Holder): boolean =>
  one?.host === other.host &&
  one.boot === other.boot &&
  one.pid === other.pid &&
  one.startedAt === other.startedAt;
