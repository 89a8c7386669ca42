import type { RunMeta } from "../storage/run-store.ts";

type SeenLease = Pick<RunMeta, "epoch" | "leaseUntil">;

/**
 * What this process has seen of the leases of others, by its monotonic clock. A lease lapses by the store's
 * clock, which may be set forward: then every lease seems to have lapsed, and their holders renew them within
 * a heartbeat.
 */
export interface LeaseWatch {
  /** What a sweep read at `now`: runs with a live lease, and runs without. Forgets all others. */
  observe(leased: readonly RunMeta[], lapsed: readonly RunMeta[], now: number): void;
  /** Whether the lease was seen to change less than `ms` ago: its holder may well renew it again. */
  isFresh(run: RunMeta, now: number, ms: number): boolean;
}

export function createLeaseWatch(): LeaseWatch {
  let seen = new Map<string, SeenLease & { at: number }>();
  return {
    observe(leased, lapsed, now) {
      // One that was never seen live has nothing to be compared with.
      const known = [...leased, ...lapsed.filter(({ runId }) => seen.has(runId))];
      seen = new Map(
        known.map((run) => {
          const { runId, epoch, leaseUntil } = run;
          const before = seen.get(runId);
          return [runId, before && isSameLease(before, run) ? before : { epoch, leaseUntil, at: now }];
        }),
      );
    },
    isFresh(run, now, ms) {
      const lease = seen.get(run.runId);
      return lease !== undefined && (!isSameLease(lease, run) || now - lease.at < ms);
    },
  };
}

const isSameLease = (one: SeenLease, other: SeenLease): boolean =>
  one.epoch === other.epoch && one.leaseUntil === other.leaseUntil;
