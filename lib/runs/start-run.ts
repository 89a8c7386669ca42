import type { Created, NewRun, RunMeta } from "../storage/storage.ts";
import { ownRun } from "./own-run.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Saves a new run and its user message, then runs it here, detached from whoever asked: closing a page never stops it.
 * The same run id again is the same run. Resolves when the run is durable; `done` when this process is through with it.
 */
export async function startRun(
  context: RunContext,
  run: NewRun,
): Promise<Created & { done?: Promise<void> }> {
  const created = await context.storage.runs.createRun(run);
  if (created.kind !== "created") return created;
  return { ...created, done: runDetached(context, created.run) };
}

/** Owns a run to its end; a fault of ours is a line in the log, never an unhandled rejection. */
export async function runDetached(context: RunContext, run: RunMeta): Promise<void> {
  try {
    await ownRun(context, run);
  } catch (error) {
    context.log({ level: "error", message: "owning a run failed", runId: run.runId, error: String(error) });
  }
}
