import { isEnded } from "../protocol/run-status.ts";
import type { RunMeta } from "../storage/run-store.ts";
import { driveRun } from "./drive-run.ts";
import { isDead } from "./holder.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Takes over a run that nobody owns any more and brings it to its end, detached from whoever met it. Nothing
 * happens while its owner's lease is live, unless that owner surely is dead. Resolves when it is known whose
 * the run is.
 */
export async function continueRun(context: RunContext, run: RunMeta): Promise<void> {
  if (isEnded(run.status) || run.status === "waiting") return;
  const dead = run.holder && isDead(run.holder, context.holder) ? run.holder : undefined;
  await driveRun(context, run, dead);
}
