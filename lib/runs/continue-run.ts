import { isEnded } from "../protocol/run-status.ts";
import type { RunMeta } from "../storage/run-store.ts";
import { driveRun } from "./drive-run.ts";
import { isDead } from "./holder.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Takes a run over that nobody holds and brings it to its end, detached from whoever met it. Nothing happens
 * while its lease is live, unless the holder surely is dead. Resolves when it is known who holds it.
 */
export async function continueRun(context: RunContext, run: RunMeta): Promise<void> {
  if (isEnded(run.status) || run.status === "waiting") return;
  const deadHolder = run.holder && isDead(run.holder, context.holder) ? run.holder : undefined;
  await driveRun(context, run, deadHolder && { deadHolder });
}
