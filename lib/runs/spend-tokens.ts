import type { RunState } from "../events/fold.ts";
import type { OwnedRun } from "./owned-run.ts";
import type { RunContext } from "./run-context.ts";

/** Counts what a run that is over has used of the server's key, where there is a budget. Never rejects. */
export async function spendTokens(
  { limits, storage, pickModel, log }: RunContext,
  { run }: OwnedRun,
  { ending, total }: RunState,
): Promise<void> {
  const tokens = (total?.inputTokens ?? 0) + (total?.outputTokens ?? 0);
  // Without an ending it is somebody else's by now, who will count it.
  if (limits.tokensPerDay === undefined || !ending || tokens === 0) return;
  try {
    const model = await pickModel(run.model);
    if (!model.demo) await storage.limits.spend(run.runId, tokens);
  } catch (error) {
    log({
      level: "warn",
      message: "counting a run's tokens failed",
      runId: run.runId,
      error: String(error),
    });
  }
}
