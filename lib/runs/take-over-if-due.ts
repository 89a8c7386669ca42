import { isEnded } from "../protocol/run-status.ts";
import { mayTakeOver } from "../storage/core/lease-rules.ts";
import { isDamaged } from "../storage/is-passing.ts";
import type { RunMeta } from "../storage/run-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import { continueRun } from "./continue-run.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Takes over a run that was met without a holder (protocol 5.4). True: what was read of it is out of date.
 * Throws the `StorageError` of a run that can be brought to no end: nobody is to wait for one.
 */
export async function takeOverIfDue(context: RunContext, run: RunMeta): Promise<boolean> {
  const { clock, live } = context;
  const failure = isEnded(run.status) ? undefined : live.unwritable.failureOf(run, clock.now());
  if (failure) throw failure;
  if (!mayTakeOver(run, clock.wall())) return false;
  // What is stored can be read also while nothing can be written.
  await continueRun(context, run).catch((error: unknown) => {
    if (!(error instanceof StorageError) || isDamaged(error)) throw error;
  });
  return true;
}
