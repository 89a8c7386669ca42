import { isOver, type RunMeta } from "../storage/storage.ts";
import { ownRun } from "./own-run.ts";
import { isDead } from "./owner.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Takes over a run that nobody owns any more and brings it to its end, detached from whoever met it. Nothing happens
 * while its owner's lease is live, unless that owner surely is dead. Resolves when it is known whose the run is.
 */
export async function continueRun(context: RunContext, run: RunMeta): Promise<void> {
  if (isOver(run.status) || run.status === "waiting") return;
  const dead = run.owner && isDead(run.owner, context.owner) ? run.owner : undefined;
  await ownRun(context, run, dead);
}
