import { mayTakeOver } from "../storage/core/lease-rules.ts";
import type { RunMeta } from "../storage/run-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import { continueRun } from "./continue-run.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Takes over a run that was met without a holder (protocol 5.4). True: what was read of it is out of date.
 */
export async function takeOverIfDue(context: RunContext, run: RunMeta): Promise<boolean> {
  if (!mayTakeOver(run, context.clock.wall())) return false;
  // What is stored can be read also while nothing can be written.
  await continueRun(context, run).catch((error: unknown) => {
    if (!(error instanceof StorageError)) throw error;
  });
  return true;
}
