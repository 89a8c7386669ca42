import type { Cursor } from "../protocol/cursor.ts";
import type { OpenedRun } from "../storage/run-store.ts";
import { batchSizes } from "./follow-run.ts";
import type { RunContext } from "./run-context.ts";
import { takeOverIfDue } from "./take-over-if-due.ts";

/**
 * The run and what there is to read of it after the cursor, for a reader that arrives: `findRun` and the
 * first read of `followRun` in one. Null for another user's run, a deleted one and none, which look the same.
 */
export async function openRun(
  context: RunContext,
  runId: string,
  userId: string,
  after: Cursor,
): Promise<OpenedRun | null> {
  const read = () => context.storage.runs.open(runId, userId, after, batchSizes.first);
  const opened = await read();
  return opened && (await takeOverIfDue(context, opened.run)) ? read() : opened;
}
