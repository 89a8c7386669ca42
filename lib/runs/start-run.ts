import type { PickedProducer } from "../agents/producer.ts";
import { mayTakeOver } from "../storage/core/lease-rules.ts";
import type { RefusedStart, StartBounds } from "../storage/limit-store.ts";
import type { CreateResult, NewRun, RunMeta } from "../storage/run-store.ts";
import { continueRun } from "./continue-run.ts";
import { driveRun } from "./drive-run.ts";
import type { RunContext } from "./run-context.ts";

export interface StartOptions {
  /** What the start has to keep within; absent: nothing. */
  bounds?: StartBounds;
  /** What writes the run, where it is known already. */
  producer?: PickedProducer;
}

/** `done` resolves when this process has done what it had to do for the run; absent if that was nothing. */
export type StartResult = (CreateResult | RefusedStart) & { done?: Promise<void> };

/**
 * Starts a run within its bounds. Once it is durable it is driven detached from whoever started it: they are
 * only a reader from here on. A run that is there already is no start: whoever starts it again is attached to
 * it, whatever was used up since.
 */
export async function startRun(
  context: RunContext,
  run: NewRun,
  { bounds, producer }: StartOptions = {},
): Promise<StartResult> {
  const { limits, runs } = context.storage;
  if (!bounds || !hasBound(bounds)) return createAndDrive(context, run, producer);
  const known = await runs.run(run.runId);
  // It may be purged at any moment, and to create it would be another start.
  if (known?.deleted) return deletedResult(known, run);
  if (known) return createAndDrive(context, run, producer);
  const admission = await limits.admit(run, bounds);
  if (admission.kind === "refused") return admission;
  const result = await createAndDrive(context, run, producer);
  // If the store fails here it stays counted: whether there is a run now is not known.
  if (result.kind !== "created" && result.kind !== "exists") await limits.withdraw(run, bounds, admission.at);
  return result;
}

const hasBound = ({ starts, live, tokens }: StartBounds): boolean =>
  starts.length > 0 || live !== undefined || tokens !== undefined;

/** As the store answers while a run of a deleted conversation is still there. */
function deletedResult(known: RunMeta, run: NewRun): CreateResult {
  if (known.userId !== run.userId) return { kind: "not-found" };
  return known.conversationId === run.conversationId ? { kind: "gone" } : { kind: "conflict", run: known };
}

/** A run without a holder that is in the way is taken over first (protocol 5.4). */
async function createAndDrive(
  context: RunContext,
  run: NewRun,
  producer?: PickedProducer,
): Promise<CreateResult & { done?: Promise<void> }> {
  const { runs } = context.storage;
  let result = await runs.createRun(run);
  if (result.kind === "busy" && mayTakeOver(result.run, context.clock.wall())) {
    await continueRun(context, result.run);
    result = await runs.createRun(run);
  }
  return result.kind === "created" ? { ...result, done: drive(context, result.run, producer) } : result;
}

async function drive(context: RunContext, run: RunMeta, producer?: PickedProducer): Promise<void> {
  try {
    const claim = await driveRun(context, run, producer && { producer });
    await claim?.done;
  } catch (error) {
    const { runId } = run;
    // It is durable: whoever meets it takes it over.
    context.log({ level: "error", message: "claiming a run failed", runId, error: String(error) });
  }
}
