import type { CreateResult, NewRun } from "../storage/run-store.ts";
import { driveRun } from "./drive-run.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Saves a new run and its user message, then runs it here, detached from whoever asked: closing a page never
 * stops it. The same run id again is the same run. Resolves when the run is durable; `done` when this process
 * is through with it.
 */
export async function startRun(
  context: RunContext,
  run: NewRun,
): Promise<CreateResult & { done?: Promise<void> }> {
  const created = await context.storage.runs.createRun(run);
  if (created.kind !== "created") return created;
  // Not claimed here, for whatever reason: it is saved, and whoever meets it takes it over.
  const owned = driveRun(context, created.run).catch((error: unknown) => {
    context.log({ level: "error", message: "claiming a run failed", runId: run.runId, error: String(error) });
    return null;
  });
  return { ...created, done: owned.then((own) => own?.done) };
}
