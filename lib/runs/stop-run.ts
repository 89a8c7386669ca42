import { isEnded } from "../protocol/run-status.ts";
import type { RunMeta } from "../storage/run-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import { continueRun } from "./continue-run.ts";
import type { RunContext } from "./run-context.ts";
import { writeBriefly } from "./write-briefly.ts";

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
  const { clock, storage } = context;
  const run = await writeBriefly(clock, () => storage.runs.requestStop(runId, by, reason));
  if (!run?.stop || isEnded(run.status)) return run;
  const here = context.live.get(runId);
  const note = (error: unknown) =>
    context.log({ level: "error", message: "a stopped run was not ended", runId, error: String(error) });
  if (!here) await endIfLeft(context, run);
  else {
    here.requestStop(run.stop);
    // It is just suspended here.
    if (!run.holder) void here.done.then(() => endIfLeft(context, run)).catch(note);
  }
  return run;
}

/** The stop is stored: whoever has the run ends it, or takes it over for that. */
async function endIfLeft(context: RunContext, run: RunMeta): Promise<void> {
  try {
    await continueRun(context, run);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
}
