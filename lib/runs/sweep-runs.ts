import { continueRun } from "./continue-run.ts";
import { isDead } from "./owner.ts";
import type { RunContext } from "./run-context.ts";

/** Runs looked at in one sweep; the rest wait for the next. */
const limit = 100;

/** Takes over every run that may be claimed, and those whose owner on this host is dead; clears what is deleted. */
async function sweepRuns(context: RunContext): Promise<void> {
  const { runs } = context.storage;
  const dead = (await runs.leased(limit)).filter((run) => run.owner && isDead(run.owner, context.owner));
  for (const run of [...dead, ...(await runs.claimable(limit))]) await continueRun(context, run);
  await runs.trim();
}

/** Sweeps at once and then every `sweepMs`, until the signal aborts. A store that is away is no reason to end. */
export function keepSweeping(context: RunContext, sweepMs: number, signal: AbortSignal): void {
  void (async () => {
    while (!signal.aborted) {
      try {
        await sweepRuns(context);
      } catch (error) {
        context.log({ level: "warn", message: "a sweep failed", error: String(error) });
      }
      await context.clock.sleep(sweepMs, signal);
    }
  })();
}
