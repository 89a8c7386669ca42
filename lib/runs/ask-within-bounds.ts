import type { RefusedStart, StartBounds } from "../storage/limit-store.ts";
import type { CreateResult, NewRun, RunMeta } from "../storage/run-store.ts";
import { askRun } from "./ask-run.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Asks for a run that keeps within the bounds. One that is there already is no start: whoever asks for it
 * again is attached, whatever was used up since.
 */
export async function askWithinBounds(
  context: RunContext,
  run: NewRun,
  bounds: StartBounds,
): Promise<(CreateResult | RefusedStart) & { done?: Promise<void> }> {
  const { limits, runs } = context.storage;
  const isBound = bounds.starts.length > 0 || bounds.live !== undefined || bounds.tokens !== undefined;
  if (!isBound) return askRun(context, run);
  const known = await runs.run(run.runId);
  // It may be purged at any moment, and asking for it would begin another.
  if (known?.deleted) return refusedFor(known, run);
  if (known) return askRun(context, run);
  const admission = await limits.admit(run, bounds);
  if (admission.kind === "refused") return admission;
  const asked = await askRun(context, run);
  // If the store fails here it stays counted: whether there is a run now is not known.
  if (asked.kind !== "created" && asked.kind !== "exists") await limits.withdraw(run, bounds, admission.at);
  return asked;
}

/** As the store would say while a run of a deleted conversation is still there. */
function refusedFor(known: RunMeta, run: NewRun): CreateResult {
  if (known.userId !== run.userId) return { kind: "not-found" };
  return known.conversationId === run.conversationId ? { kind: "gone" } : { kind: "conflict", run: known };
}
