import { createLatch } from "../async/latch.ts";
import { decodeEvent } from "../protocol/decode-event.ts";
import { fold } from "../protocol/fold.ts";
import { emptyRun, type RunState } from "../protocol/run-state.ts";
import type { Holder, Lease, RunMeta, RunSnapshot, StopRequest } from "../storage/run-store.ts";
import { closeRun } from "./close-run.ts";
import type { DrivenRun } from "./driven-run.ts";
import type { RunContext } from "./run-context.ts";
import { spendTokens } from "./spend-tokens.ts";
import { writeAnswer } from "./write-answer.ts";
import { type LogWriter, writeLog } from "./write-log.ts";

/**
 * Claims a run and brings it to its end, from wherever its log stands (protocol 5.3). `deadHolder`: the owner
 * whose lease need not be waited for. Resolves with the claim, null if the run was not to be had; `done` when
 * it is over, handed over, or lost to another owner, and it never rejects.
 */
export async function driveRun(
  context: RunContext,
  run: RunMeta,
  deadHolder?: Holder,
): Promise<{ done: Promise<void> } | null> {
  const { storage, leaseMs, holder } = context;
  if (context.live.get(run.runId)) return null;
  const claim = await storage.runs.claim(run.runId, context.newId(), run.epoch, leaseMs, holder, deadHolder);
  if (!claim) return null;
  const state = await stateAt(context, claim.run);
  const owned = begin(context, claim.run, state);
  const controls = controlsOf(owned);
  const lease: Lease = { runId: claim.runId, epoch: claim.epoch, token: claim.token };
  const writer = openWriter(context, owned, lease, state);
  const done = carry(context, owned, lease, writer)
    .catch((error: unknown) => {
      context.log({ level: "error", message: "owning a run failed", runId: run.runId, error: String(error) });
    })
    .finally(() => context.live.remove(run.runId));
  context.live.add(run.runId, { done, ...controls });
  if (state.seq > 0)
    context.log({ level: "info", message: "took a run over", runId: run.runId, seq: state.seq });
  if (claim.stop) controls.stop(claim.stop);
  return { done };
}

/** The newest stored fold and what was written after it. */
export const stateOf = ({ run, fold: checkpoint, entries }: RunSnapshot): RunState =>
  entries.reduce((state, entry) => fold(state, decodeEvent(entry.json)), checkpoint ?? emptyRun(run.runId));

async function stateAt({ storage }: RunContext, run: RunMeta): Promise<RunState> {
  const snapshot = run.head === 0 ? null : await storage.runs.snapshot(run.runId);
  return snapshot ? stateOf(snapshot) : emptyRun(run.runId);
}

function begin({ clock }: RunContext, run: RunMeta, state: RunState): DrivenRun {
  return {
    run,
    beforeMs: state.seq === 0 ? 0 : Math.max(0, clock.wall() - state.startedAt),
    claimedAt: clock.now(),
    suspended: false,
    abort: new AbortController(),
  };
}

function controlsOf(owned: DrivenRun) {
  return {
    stop(request: StopRequest) {
      owned.stop ??= request;
      owned.abort.abort();
    },
    suspend() {
      owned.suspended = true;
      owned.abort.abort();
    },
  };
}

function openWriter(context: RunContext, owned: DrivenRun, lease: Lease, state: RunState): LogWriter {
  const { runId } = owned.run;
  return writeLog({
    store: context.storage.runs,
    clock: context.clock,
    lease,
    leaseMs: context.leaseMs,
    heartbeatMs: context.heartbeatMs,
    state,
    onStop: controlsOf(owned).stop,
    onLost(reason) {
      context.log({ level: "warn", message: "a run's lease was lost", runId, reason });
      owned.abort.abort();
    },
  });
}

async function carry(context: RunContext, owned: DrivenRun, lease: Lease, writer: LogWriter): Promise<void> {
  const over = new AbortController();
  void watchForStop(context, owned.run.runId, writer, over.signal);
  void limitTime(context, owned, over.signal);
  try {
    const outcome = await writeAnswer(context, owned, writer);
    const isHandedOver =
      owned.suspended &&
      !owned.stop &&
      outcome === "aborted" &&
      (await handOver(context, owned, lease, writer));
    if (isHandedOver) return;
    await writer.end((state) => closeRun(context, owned, state, outcome));
    await spendTokens(context, owned, writer.state);
  } finally {
    over.abort();
    // Whatever went wrong: nobody may keep a run that nobody writes.
    writer.drop();
  }
}

/**
 * A notification may be of a stop from another process; a lost one costs no more than a heartbeat, whose reply
 * brings the stop too.
 */
async function watchForStop(
  { storage: { runs } }: RunContext,
  runId: string,
  writer: LogWriter,
  signal: AbortSignal,
): Promise<void> {
  const latch = createLatch();
  const { unsubscribe } = runs.subscribe(runId, latch, "stop");
  signal.addEventListener("abort", () => {
    unsubscribe();
    latch.close();
  });
  while (await latch.wait()) {
    const run = await runs.run(runId).catch(() => null);
    if (run?.stop) await writer.renew();
  }
}

/** Hosts that end a request after a while: the run is handed over before that. */
async function limitTime({ clock, sliceMs }: RunContext, owned: DrivenRun, over: AbortSignal): Promise<void> {
  if (sliceMs === undefined) return;
  await clock.sleep(sliceMs, over);
  if (!over.aborted) controlsOf(owned).suspend();
}

/**
 * Saves what is there and lets the run go: the next owner goes on from the log, and this was no crash. False:
 * a stop came first, and it is for this owner to end the run.
 */
async function handOver(
  { storage }: RunContext,
  owned: DrivenRun,
  lease: Lease,
  writer: LogWriter,
): Promise<boolean> {
  if (!(await writer.pause())) return true;
  const { kind, stop } = await storage.runs.suspend(lease, "queued");
  if (stop) controlsOf(owned).stop(stop);
  return kind !== "decided";
}
