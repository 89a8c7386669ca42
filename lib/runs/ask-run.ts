import type { CreateResult, NewRun } from "../storage/run-store.ts";
import { continueRun } from "./continue-run.ts";
import type { RunContext } from "./run-context.ts";
import { startRun } from "./start-run.ts";

/** Starts a run; one that stands in the way without an owner is met and taken over first (protocol 5.4). */
export async function askRun(
  context: RunContext,
  run: NewRun,
): Promise<CreateResult & { done?: Promise<void> }> {
  const asked = await startRun(context, run);
  if (asked.kind !== "busy" || asked.run.leaseUntil > context.clock.wall()) return asked;
  await continueRun(context, asked.run);
  return startRun(context, run);
}
