import type { PickedProducer } from "../agents/producer.ts";
import type { DueQueue, RunMeta } from "../storage/run-store.ts";
import { advanceQueue } from "./advance-queue.ts";
import { driveRun } from "./drive-run.ts";
import { retryBriefly } from "./retry-briefly.ts";
import type { RunContext } from "./run-context.ts";

/**
 * Goes on with the queue of a conversation, and drives the run of its next question, detached from whoever
 * came to it. `pick`: what writes that run, where it is known here. Resolves when it is claimed; `done` when
 * it is driven here no longer, absent if it is not.
 */
export async function driveQueue(
  context: RunContext,
  queue: DueQueue,
  pick?: (run: RunMeta) => Promise<PickedProducer>,
): Promise<{ done?: Promise<void> }> {
  // Its share by address nobody knows any more: it takes what is free, here or in another process.
  const mayAsk = context.live.size < (context.limits.serverRuns ?? Number.POSITIVE_INFINITY);
  const next = await retryBriefly(context.clock, () => advanceQueue(context, queue, mayAsk));
  if (!next) return {};
  return (await driveRun(context, next, pick && { producer: await pick(next) })) ?? {};
}
