import type { PickedProducer } from "../agents/producer.ts";
import { mayTakeOver } from "../storage/core/lease-rules.ts";
import type { RefusedStart, StartBounds } from "../storage/limit-store.ts";
import type { CreateResult, FirstClaim, NewRun, RunMeta } from "../storage/run-store.ts";
import { continueRun } from "./continue-run.ts";
import { driveClaimed } from "./drive-run.ts";
import type { RunContext } from "./run-context.ts";

export interface StartOptions {
  /** What the start has to keep within; absent: nothing. */
  bounds?: StartBounds;
  /** What writes the run, where it is known already. */
  producer?: PickedProducer;
}

/** `done` resolves when this process drives the run no longer; absent if it does not drive it. */
export type StartResult = (CreateResult | RefusedStart) & { done?: Promise<void> };

/**
 * Starts a run within its bounds. It is durable and driven from the same moment on, detached from whoever
 * started it: they are only a reader from here on. A run that exists already is not started again:
 * the caller is attached to it, and no limit applies. Throws `StorageError`.
 */
export async function startRun(
  context: RunContext,
  run: NewRun,
  { bounds, producer }: StartOptions = {},
): Promise<StartResult> {
  const { limits } = context.storage;
  if (!bounds || !hasBound(bounds)) return createAndDrive(context, run, producer);
  const admission = await limits.admit(run, bounds);
  if (admission.kind === "refused") return admission;
  if (admission.kind === "known") {
    // It may be purged at any moment, and to create it would be another start.
    if (admission.run.deleted) return deletedResult(admission.run, run);
    return createAndDrive(context, run, producer);
  }
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
  let result = await createClaimed(context, run, producer);
  if (result.kind === "busy" && mayTakeOver(result.run, context.clock.wall())) {
    await continueRun(context, result.run);
    result = await createClaimed(context, run, producer);
  }
  const claim = result.kind === "created" ? result.claim : undefined;
  return claim ? { ...result, ...(await driveClaimed(context, claim, producer)) } : result;
}

async function createClaimed(
  context: RunContext,
  run: NewRun,
  producer?: PickedProducer,
): Promise<CreateResult> {
  const { leaseMs, holder, newId, storage } = context;
  const claim = { token: newId(), leaseMs, holder };
  try {
    return await storage.runs.createRun(run, claim);
  } catch (error) {
    void recover(context, run.runId, claim, producer);
    throw error;
  }
}

/**
 * A reply was lost, and perhaps not what was done: then this process holds a run that nobody drives, and all
 * would wait for its lease to lapse. The same token gives the same lease.
 */
async function recover(
  context: RunContext,
  runId: string,
  { token, leaseMs, holder }: FirstClaim,
  producer?: PickedProducer,
): Promise<void> {
  try {
    const claim = await context.storage.runs.claim(runId, token, 0, leaseMs, holder);
    if (claim) await driveClaimed(context, claim, producer);
  } catch (error) {
    // It lapses, and whoever meets the run takes it over.
    context.log({ level: "warn", message: "a start was not answered", runId, error: String(error) });
  }
}
