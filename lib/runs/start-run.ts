import type { PickedProducer } from "../agents/producer.ts";
import { mayTakeOver } from "../storage/core/lease-rules.ts";
import { isDamaged, isLostStore } from "../storage/is-passing.ts";
import type { RefusedStart, StartBounds } from "../storage/limit-store.ts";
import type { CreateResult, FirstClaim, NewRun, RunMeta } from "../storage/run-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import { continueRun } from "./continue-run.ts";
import { driveClaimed } from "./drive-run.ts";
import { retryBriefly } from "./retry-briefly.ts";
import { retryPassing, within } from "./retry-passing.ts";
import type { RunContext } from "./run-context.ts";
import { withdrawStart } from "./withdraw-start.ts";

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
 * the caller is attached to it, and no limit applies. Throws `StorageError`: no model is asked then, unless
 * it says that the start may be done.
 */
export async function startRun(
  context: RunContext,
  run: NewRun,
  { bounds, producer }: StartOptions = {},
): Promise<StartResult> {
  const { limits } = context.storage;
  if (!bounds || !hasBound(bounds)) return createAndDrive(context, run, producer);
  const admission = await retryBriefly(context.clock, () => limits.admit(run, bounds));
  if (admission.kind === "refused") return admission;
  if (admission.kind === "known") {
    // It may be purged at any moment, and to create it would be another start.
    if (admission.run.deleted) return deletedResult(admission.run, run);
    return createAndDrive(context, run, producer);
  }
  const result = await createAndDrive(context, run, producer);
  // If the store fails here it stays counted: whether there is a run now is not known.
  if (result.kind !== "created" && result.kind !== "exists")
    await withdrawStart(context, run, { bounds, at: admission.at });
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
  const result = await createClaimed(context, run, producer);
  if (result.kind !== "busy") return result;
  const { clock, live } = context;
  const failure = live.unwritable.failureOf(result.run, clock.now());
  // It would be in the way for ever.
  if (failure) throw failure;
  if (!mayTakeOver(result.run, clock.wall())) return result;
  try {
    await continueRun(context, result.run);
  } catch (error) {
    if (error instanceof StorageError && !isDamaged(error)) return result;
    throw error;
  }
  return createClaimed(context, run, producer);
}

async function createClaimed(
  context: RunContext,
  run: NewRun,
  producer?: PickedProducer,
): Promise<CreateResult & { done?: Promise<void> }> {
  const { leaseMs, holder, newId, storage, clock } = context;
  const claim: SentClaim = { token: newId(), leaseMs, holder, sentAt: clock.now() };
  let isRepeated = false;
  const create = () => storage.runs.createRun(run, claim);
  try {
    const result = await retryBriefly(clock, create, () => (isRepeated = true));
    if (result.kind === "created" && result.claim)
      return { ...result, ...(await driveClaimed(context, result.claim, producer, claim.sentAt)) };
    // Perhaps by the first of these calls.
    if (result.kind === "exists" && isRepeated)
      return { ...result, done: recover(context, run, claim, producer) };
    return result;
  } catch (error) {
    if (!(error instanceof StorageError) || error.code !== "unavailable" || isLostStore(error)) throw error;
    return createdAfterAll(context, run, claim, error, producer);
  }
}

/** A claim, and when it was sent first, by the monotonic clock, ms. */
interface SentClaim extends FirstClaim {
  sentAt: number;
}

/** No call was answered, and perhaps one of them was done: then there is the run, held by this process. */
async function createdAfterAll(
  context: RunContext,
  run: NewRun,
  claim: SentClaim,
  unanswered: StorageError,
  producer?: PickedProducer,
): Promise<CreateResult & { done?: Promise<void> }> {
  let created: RunMeta | null;
  try {
    created = await context.storage.runs.run(run.runId);
  } catch {
    void recover(context, run, claim, producer);
    const { code, message } = unanswered;
    throw new StorageError(code, message, { cause: unanswered, mayBeDone: true });
  }
  if (created?.userId !== run.userId || created.conversationId !== run.conversationId) throw unanswered;
  return { kind: "exists", run: created, done: recover(context, run, claim, producer) };
}

/**
 * A reply was lost, and perhaps not what was done: then this process holds a run that nobody drives, and all
 * would wait for its lease to lapse. The same token gives the same lease. Resolves when it is driven no
 * longer; never rejects.
 */
async function recover(
  context: RunContext,
  { runId }: NewRun,
  { token, leaseMs, holder, sentAt }: SentClaim,
  producer?: PickedProducer,
): Promise<void> {
  const { clock, log, storage } = context;
  try {
    const claim = await retryPassing(() => storage.runs.claim(runId, token, 0, leaseMs, holder), {
      clock,
      mayWait: within(leaseMs * 2, clock),
    });
    if (claim) await (await driveClaimed(context, claim, producer, sentAt)).done;
  } catch (error) {
    // It lapses, and whoever meets the run takes it over.
    log({ level: "warn", message: "a start was not answered", runId, error: String(error) });
  }
}
