import type { LeftMessages, RunMeta } from "../storage/run-store.ts";
import { continueRun } from "./continue-run.ts";
import { isAlive, isDead } from "./holder.ts";
import { askNext } from "./next-question.ts";
import type { RunContext } from "./run-context.ts";

/** Runs of each kind that one sweep takes over; the rest waits for the next. */
const maxRuns = 100;

/** Every lease is looked at: one that was not seen live would be taken for lapsed (lease-watch.ts). */
const all = Number.MAX_SAFE_INTEGER;

/** After the first failure of several, ms; twice as long after each further one. */
const retryMs = 250;

/** Consecutive failures that are not logged. */
const maxUnloggedFailures = 2;

/**
 * Sweeps at once and then every `sweepMs`, until the signal aborts. A failed sweep does not end the loop: it
 * is retried after a short, growing delay. A store may be briefly unavailable, as while a busy machine
 * starts, so only repeated failures are logged.
 */
export function keepSweeping(context: RunContext, sweepMs: number, signal: AbortSignal): void {
  void (async () => {
    for (let failures = 0; !signal.aborted; ) {
      try {
        await sweepRuns(context);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures > maxUnloggedFailures)
          context.log({ level: "warn", message: "a sweep failed", error: String(error) });
      }
      const pauseMs = failures === 0 ? sweepMs : Math.min(sweepMs, retryMs * 2 ** (failures - 1));
      await context.clock.sleep(pauseMs, signal);
    }
  })();
}

/** Takes over every run that may be claimed or whose holder on this host is dead; purges what is deleted. */
async function sweepRuns(context: RunContext): Promise<void> {
  const { runs, sessions } = context.storage;
  const leased = await runs.leased(all);
  const claimable = await runs.claimable(all);
  // A process that has just begun has seen no lease live, but may see who holds one.
  const held = claimable.filter(({ holder }) => holder && isAlive(holder, context.holder));
  context.live.leases.observe([...leased, ...held], claimable, context.clock.now());
  const dead = leased.filter(({ holder }) => holder && isDead(holder, context.holder));
  for (const run of [...dead.slice(0, maxRuns), ...claimable.slice(0, maxRuns)])
    await tryToContinue(context, run);
  for (const left of await runs.leftMessages(maxRuns)) await tryToAsk(context, left);
  // In small steps, between which others write. Whoever deletes everything waits for no more than these.
  while ((await runs.trim()) > 0);
  await sessions.trim();
}

/** What a run has left and nobody has asked yet: its holder was gone, or another run was live. */
async function tryToAsk(context: RunContext, left: LeftMessages): Promise<void> {
  const { newId, storage } = context;
  try {
    const next = await askNext({ runs: storage.runs, newId }, left);
    if (next) await tryToContinue(context, next);
  } catch (error) {
    const { runId } = left.run;
    context.log({
      level: "error",
      message: "asking what a run has left failed",
      runId,
      error: String(error),
    });
  }
}

/** One that cannot be taken over, such as a run whose log is damaged, keeps no other from going on. */
async function tryToContinue(context: RunContext, run: RunMeta): Promise<void> {
  try {
    await continueRun(context, run);
  } catch (error) {
    const { runId } = run;
    context.log({ level: "error", message: "taking a run over failed", runId, error: String(error) });
  }
}
