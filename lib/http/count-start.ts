import { retryBriefly } from "../runs/retry-briefly.ts";
import type { RunContext } from "../runs/run-context.ts";
import { withdrawStart } from "../runs/withdraw-start.ts";
import type { Start, StartBounds } from "../storage/limit-store.ts";
import { startProblem } from "./start-problem.ts";

/**
 * Counts something that is no run of its own as a start. What counts it no longer; undefined: it is not
 * counted, or was before. Throws a problem where there is no room.
 */
export async function countStart(
  context: Pick<RunContext, "clock" | "storage" | "log">,
  start: Start,
  bounds: StartBounds,
): Promise<(() => Promise<void>) | undefined> {
  if (bounds.starts.length === 0 && bounds.tokens === undefined) return undefined;
  const { clock, storage } = context;
  const admission = await retryBriefly(clock, () => storage.limits.admit(start, bounds));
  if (admission.kind === "refused") throw startProblem(admission);
  if (admission.kind === "known") return undefined;
  return () => withdrawStart(context, start, { bounds, at: admission.at });
}
