import type { RunMeta } from "../storage/run-store.ts";
import type { RunContext } from "./run-context.ts";
import { takeOverIfDue } from "./take-over-if-due.ts";

/**
 * The run, if it is the user's; null for another's, a deleted one and none, which look the same. A run
 * without a holder is taken over.
 */
export async function findRun(context: RunContext, runId: string, userId: string): Promise<RunMeta | null> {
  const { runs } = context.storage;
  const run = await runs.run(runId);
  if (!run || run.userId !== userId || run.deleted) return null;
  return (await takeOverIfDue(context, run)) ? runs.run(runId) : run;
}
