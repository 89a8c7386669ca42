import { isPassing } from "../storage/is-passing.ts";
import type { DueQueue, LeftMessages, RunMeta } from "../storage/run-store.ts";
import { advanceQueue } from "./advance-queue.ts";
import { continueRun } from "./continue-run.ts";
import { driveQueue } from "./drive-queue.ts";
import { isAlive, isDead } from "./holder.ts";
import { askNext } from "./next-question.ts";
import type { RunContext } from "./run-context.ts";

/** Runs of each kind that one sweep takes over; the rest waits for the next. */
const maxRuns = 100;

/** How often what waits for a person is looked at, ms. */
const expiryMs = 60_000;

/** Every lease is looked at: one that was not seen live would be taken for lapsed (lease-watch.ts). */
const all = Number.MAX_SAFE_INTEGER;

/** After the first failure of several, ms; twice as long after each further one. */
const retryMs = 250;

/** Consecutive failures that are not logged. */
const maxUnloggedFailures = 2;

/**
 * Sweeps at once and then every `sweepMs`, until the signal aborts. A failed sweep does not end the loop: it
 * is retried after a short, growing delay. A store may be briefly unavailable, as while a busy machine
 * starts, so only repeated failures are logged. What will not pass is logged once.
 */
export function keepSweeping(context: RunContext, sweepMs: number, signal: AbortSignal): void {
  const expire = createExpiry(context);
  void (async () => {
    const logged: LoggedFailures = new Map();
    let lastError = "";
    for (let failures = 0; !signal.aborted; ) {
      try {
        try {
          await expire();
        } finally {
          await sweepRuns(context, logged);
        }
        failures = 0;
        lastError = "";
      } catch (caught) {
        failures += 1;
        const error = String(caught);
        if (failures > maxUnloggedFailures && (isPassing(caught) || error !== lastError)) {
          context.log({ level: "warn", message: "a sweep failed", error });
          lastError = error;
        }
      }
      const pauseMs = failures === 0 ? sweepMs : Math.min(sweepMs, retryMs * 2 ** (failures - 1));
      await context.clock.sleep(pauseMs, signal);
    }
  })();
}

/** Run, or conversation → what the log says of it already: it is met again with each sweep. */
type LoggedFailures = Map<string, string>;

/**
 * Stops the runs that nobody has answered for too long: from then on they are claimable. They wait for days,
 * and are looked for less often than others.
 */
function createExpiry({ storage: { runs }, clock, approvalMs }: RunContext): () => Promise<void> {
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (approvalMs === undefined) return;
    if (clock.now() - lookedAt < Math.min(expiryMs, approvalMs / 10)) return;
    await runs.expireWaiting(approvalMs, maxRuns);
    lookedAt = clock.now();
  };
}

/** Takes over every run that may be claimed or whose holder on this host is dead; purges what is deleted. */
async function sweepRuns(context: RunContext, logged: LoggedFailures): Promise<void> {
  const { clock, live, meter, storage } = context;
  const { runs, sessions } = storage;
  const isWritable = (run: RunMeta) => !live.unwritable.failureOf(run, clock.now());
  const leased = await runs.leased(all);
  const claimable = await runs.claimable(all);
  meter?.swept({ running: leased.length, queued: claimable.length });
  // A process that has just begun has seen no lease live, but may see who holds one.
  const held = claimable.filter(({ holder }) => holder && isAlive(holder, context.holder));
  live.leases.observe([...leased, ...held], claimable, clock.now());
  const dead = leased.filter(({ holder }) => holder && isDead(holder, context.holder));
  const due = [dead, claimable].flatMap((found) => found.filter(isWritable).slice(0, maxRuns));
  for (const run of due) await tryToContinue(context, run, logged);
  const unasked = await runs.leftMessages(maxRuns);
  for (const left of unasked) await tryToAsk(context, left, logged);
  const queues = await runs.dueQueues(maxRuns);
  for (const queue of queues) await tryToAdvance(context, queue, logged);
  const met = new Set([
    ...[...due, ...unasked.map(({ run }) => run)].map(({ runId }) => runId),
    ...queues.map(({ conversationId }) => conversationId),
  ]);
  for (const runId of logged.keys()) if (!met.has(runId)) logged.delete(runId);
  // In small steps, between which others write. Whoever deletes everything waits for no more than these.
  while ((await runs.trim()) > 0);
  await sessions.trim();
}

/** What a run has left and nobody has asked yet: its holder was gone, or another run was live. */
async function tryToAsk(context: RunContext, left: LeftMessages, logged: LoggedFailures): Promise<void> {
  const { newId, storage } = context;
  try {
    // What waits behind it is paused by the run that left it: later, that is not the newest one.
    await advanceQueue(context, left.run, false);
    const next = await askNext({ runs: storage.runs, newId }, left);
    if (next) await tryToContinue(context, next, logged);
  } catch (error) {
    logOnce(context, logged, "starting what a run has left failed", left.run.runId, error);
  }
}

/** What waits in a conversation, and whoever ended its last run was gone before it went on with that. */
async function tryToAdvance(context: RunContext, queue: DueQueue, logged: LoggedFailures): Promise<void> {
  try {
    await driveQueue(context, queue);
  } catch (error) {
    logOnce(context, logged, "going on with a queue failed", queue.conversationId, error);
  }
}

/** One that cannot be taken over, such as a run whose log is damaged, keeps no other from going on. */
async function tryToContinue(context: RunContext, run: RunMeta, logged: LoggedFailures): Promise<void> {
  try {
    await continueRun(context, run);
  } catch (error) {
    logOnce(context, logged, "taking a run over failed", run.runId, error);
  }
}

function logOnce(
  { log }: Pick<RunContext, "log">,
  logged: LoggedFailures,
  message: string,
  runId: string,
  caught: unknown,
): void {
  const error = String(caught);
  const words = `${message}: ${error}`;
  if (logged.get(runId) === words) return;
  logged.set(runId, words);
  log({ level: "error", message, runId, error });
}
