import { isEnded } from "../protocol/run-status.ts";
import type { RunMeta } from "../storage/run-store.ts";
import { driveRun } from "./drive-run.ts";
import { isDead, isSelf } from "./holder.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Takes a run over that nobody holds and brings it to its end, detached from whoever met it. Nothing happens
 * while its lease is live, unless the holder surely is dead. Resolves when it is known who holds it.
 */
export async function continueRun(context: RunContext, run: RunMeta): Promise<void> {
  if (isEnded(run.status) || run.status === "waiting") return;
  const deadHolder = run.holder && isDead(run.holder, context.holder) ? run.holder : undefined;
  if (!deadHolder && mayBeRenewed(context, run)) return;
  await driveRun(context, run, deadHolder && { deadHolder });
}

/**
 * A clock that was set forward makes all leases seem to have lapsed. One that was renewed while this process
 * looked on, less than two thirds of a lease ago by its monotonic clock, is waited for: a holder renews it
 * sooner than that. Where sweeps look on, one that lapses by itself is older by then.
 */
function mayBeRenewed({ clock, holder: self, leaseMs, live }: RunContext, run: RunMeta): boolean {
  const { holder } = run;
  return (
    holder !== undefined && !isSelf(holder, self) && live.leases.isFresh(run, clock.now(), (leaseMs * 2) / 3)
  );
}
