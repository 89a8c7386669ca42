import { mayTakeOver } from "../storage/core/lease-rules.ts";
import type { RunMeta } from "../storage/run-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import { continueRun } from "./continue-run.ts";
import type { RunContext } from "./run-context.ts";

/**
 * The run, if it is the user's; null for another's, a deleted one and none, which look the same. A run
 * without a holder is taken over.
 */
export async function findRun(context: RunContext, runId: string, userId: string): Promise<RunMeta | null> {
  const { runs } = context.storage;
  const run = await runs.run(runId);
  if (!run || run.userId !== userId || run.deleted) return null;
  if (!mayTakeOver(run, context.clock.wall())) return run;
  // What is stored can be read also while nothing can be written.
  await continueRun(context, run).catch((error: unknown) => {
    if (!(error instanceof StorageError)) throw error;
  });
  return runs.run(runId);
}
