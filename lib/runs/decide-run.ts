import type { PickedProducer } from "../agents/producer.ts";
import { isOwnKeyModel, plainModel } from "../protocol/own-key-model.ts";
import type { JsonObject } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { DecideResult, Decision, RunMeta } from "../storage/run-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import { driveRun } from "./drive-run.ts";
import { foldSnapshot } from "./fold-snapshot.ts";
import { formFault } from "./form-fault.ts";
import { retryBriefly } from "./retry-briefly.ts";
import type { RunContext } from "./run-context.ts";
import { writeBriefly } from "./write-briefly.ts";

export interface DecideOptions {
  runId: string;
  decision: Decision;
  /** Of the input that the person saw. */
  inputHash: string;
  /** Of the browser that decides: a run on a key of its own goes on with it. */
  keys?: ReadonlyMap<string, string>;
}

/**
 * `unfit`: the values are not those of the form, in words. `done` resolves when this process drives the run
 * no longer; absent if it does not drive it.
 */
export type DecidedRun = (DecideResult & { done?: Promise<void> }) | { kind: "unfit"; fault: string };

/**
 * Records what a person decided, from any tab and process: durable before the run learns of it, and the first
 * decision counts. A run that waits goes on here, detached from whoever decided. Null: no such run.
 */
export async function decideRun(context: RunContext, options: DecideOptions): Promise<DecidedRun | null> {
  const { clock, storage } = context;
  const { runId, decision, inputHash } = options;
  const fault = await faultOfContent(context, options);
  if (fault !== undefined) return { kind: "unfit", fault };
  const result = await writeBriefly(clock, () => storage.runs.decide(runId, decision, inputHash));
  // Its holder, where it has one, is notified by the store.
  if (result?.kind !== "decided" || result.run.status !== "queued") return result;
  const here = context.live.get(runId);
  if (!here) return { ...result, ...(await driveQueued(context, result.run, options)) };
  // It is just suspended here: whoever decides does not wait for that.
  return { ...result, done: here.done.then(() => driveToEnd(context, result.run, options)) };
}

/** Once it is recorded nobody could put it right. */
async function faultOfContent(
  { clock, storage }: RunContext,
  { runId, decision: { approvalId, approved, content = {} } }: DecideOptions,
): Promise<string | undefined> {
  if (!approved) return undefined;
  const snapshot = await retryBriefly(clock, () => storage.runs.snapshot(runId));
  const form = snapshot && askedForm(foldSnapshot(snapshot), approvalId);
  return form ? formFault(form, content) : undefined;
}

function askedForm({ parts }: RunState, asked: string): JsonObject | undefined {
  const call = parts.findLast((part) => part.type === "tool" && part.approvalId === asked);
  return call?.type === "tool" ? call.question?.schema : undefined;
}

/** Never rejects. */
async function driveToEnd(context: RunContext, run: RunMeta, options: DecideOptions): Promise<void> {
  try {
    await (await driveQueued(context, run, options))?.done;
  } catch (error) {
    const { runId } = run;
    context.log({ level: "error", message: "a decided run was not driven", runId, error: String(error) });
  }
}

/** Where it cannot go on from here, the next sweep of any process takes it up. */
async function driveQueued(
  context: RunContext,
  run: RunMeta,
  { keys }: DecideOptions,
): Promise<{ done: Promise<void> } | null> {
  try {
    const producer = isOwnKeyModel(run.model ?? "") ? await ownProducer(context, run, keys) : undefined;
    return await driveRun(context, run, producer && { producer });
  } catch (error) {
    if (error instanceof StorageError) return null;
    throw error;
  }
}

/** Undefined: this browser has no key for it, and the server's must not stand in. */
async function ownProducer(
  { pickProducer }: RunContext,
  { agent, model = "" }: RunMeta,
  keys: DecideOptions["keys"],
): Promise<PickedProducer | undefined> {
  const producer = await pickProducer({ agent, model: plainModel(model), ...(keys && { keys }) });
  return producer.usesOwnKey ? producer : undefined;
}
