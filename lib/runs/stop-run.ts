import { isEnded } from "../protocol/run-status.ts";
import type { RunMeta } from "../storage/run-store.ts";
import { continueRun } from "./continue-run.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Asks a run to stop, from any tab and process: the stop is durable before its holder learns of it.
 * Idempotent. A run without a holder is ended here. Null: no such run.
 */
export async function stopRun(
  context: RunContext,
  runId: string,
  by: string,
  reason?: string,
): Promise<RunMeta | null> {
  const run = await context.storage.runs.requestStop(runId, by, reason);
  if (!run?.stop || isEnded(run.status)) return run;
  const here = context.live.get(runId);
  if (here) here.requestStop(run.stop);
  else await continueRun(context, run);
  return run;
}
