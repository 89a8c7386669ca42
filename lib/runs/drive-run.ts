import type { Outcome, PickedProducer } from "../agents/producer.ts";
import { abortReason } from "../async/abort-reason.ts";
import { createLatch } from "../async/latch.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { ClaimedRun, Holder, HolderDurability, LeaseReply, RunMeta } from "../storage/run-store.ts";
import { advanceQueue } from "./advance-queue.ts";
import { closeRun } from "./close-run.ts";
import { createDrivenRun, type DrivenRun } from "./driven-run.ts";
import { effectTimeMs } from "./effect-time.ts";
import { createInbox } from "./inbox.ts";
import { createLogWriter } from "./log-writer.ts";
import { beganHow, type DriveResult, leftRun } from "./metered-run.ts";
import { askNext } from "./next-question.ts";
import { readState } from "./read-state.ts";
import { retryBriefly } from "./retry-briefly.ts";
import { retryPassing, within } from "./retry-passing.ts";
import type { RunContext } from "./run-context.ts";
import { type Drive, runProducer } from "./run-producer.ts";
import { spendTokens } from "./spend-tokens.ts";

/**
 * The driver: claims a run, holds its lease, drives its producer, and ends it. What is said is the producer's
 * (lib/agents/producer.ts), what is seen the readers' (follow-run.ts); who starts, stops or meets a run is
 * not known here. Its parts: hold-lease, log-writer, run-producer, close-run. They keep protocol 5.1 to 5.8:
 *
 * I1. Only the holder of the lease appends, and only its log writer numbers events: seq 1, 2, 3 … without
 *     gaps. A lease that lapsed and that nobody claimed is still the holder's: the next append renews it.
 * I2. Durable before visible: readers are given what the store has. Nothing is shown from here.
 * I3. A numbered event never changes. When saving is late the same events are sent again under the same seqs,
 *     and the producer waits, until the store answers or the lease is lost.
 * I4. The age of a lease counts from the *sending* of the last renewal that was answered. Past two thirds of
 *     it no model call and no tool starts before it is renewed; past two leases without an answer it is lost.
 * I5. It is lost at once by a reply of another holder's (`fenced`), of a run that has ended (`closed`), or of
 *     a store that lost a part of the log (`gap`). Whoever lost it appends nothing more, and its producer
 *     ends.
 * I6. The stop wins. Every reply of the store carries it: the producer ends, and the terminal event is
 *     `abort`, whatever the producer came to, and also if the stop is learned only from the reply to another
 *     end.
 * I7. A log ends once, in one step of the store: what is open is closed, then the terminal event, the status
 *     and the message.
 * I8. A run that is handed over or waits is suspended: what there is, is saved, and the lease dropped in the
 *     step that changes the status. That is no crash. `decided`: what it is to wait for came first, and its
 *     holder goes on.
 * I9. A claim goes on from the log as it stands. After too many crashes in a row without progress the run is
 *     given up instead; one that is complete by its log is only ended. Where the log cannot be read the run
 *     ends in words, behind what can.
 * I10. Whatever goes wrong here, heartbeats end: a run that nobody writes must not look held.
 * I11. What the store does not take in one piece is given to it in pieces: events fewer at a time, a delta as
 *      several, no checkpoint. A value that cannot be kept is an error of its event. Only what is left then
 *      ends the run, in words, with what is stored.
 * I12. A record that the store cannot read any more is no lost lease, whichever call it is refused to: the
 *      run is ended in words. Where no end is taken either, or no claim, the log says so, its readers are
 *      told, and it is left alone for a while (unwritable-runs.ts).
 * I13. A run does not finish with messages that it could take: its producer goes on. Those that it leaves all
 *      the same, or by any other end, are the next question (next-question.ts), which is driven from here.
 * I14. What waits in its conversation is asked once it has ended, behind those (queue-step.ts).
 */

/** Whoever meets the run waits for no longer than this, ms; one that takes no writes is not waited for. */
const claimWaitMs = 1000;

export interface DriveOptions {
  /** Its lease need not be waited for: that process is gone. */
  deadHolder?: Holder;
  /** What writes the run, where it is known already. */
  producer?: PickedProducer;
}

/**
 * Claims a run and brings it to its end, from wherever its log stands. Resolves when it is claimed, null if
 * the claim failed; `done` when it has ended, is suspended, or was lost to another holder, and it never
 * rejects.
 */
export async function driveRun(
  context: RunContext,
  run: RunMeta,
  { deadHolder, producer }: DriveOptions = {},
): Promise<{ done: Promise<void> } | null> {
  const { clock, storage, leaseMs, holder, live } = context;
  const { runId } = run;
  if (live.get(runId) || live.isClosed) return null;
  const sentAt = clock.now();
  const token = context.newId();
  const isTime = within(claimWaitMs, clock);
  // The same token: a claim whose reply was lost must not look like one that crashed.
  const claim = await retryPassing(
    () => storage.runs.claim(runId, token, run.epoch, leaseMs, holder, deadHolder),
    { clock, mayWait: ({ code }) => code === "unavailable" && isTime() },
  ).catch((error: unknown) => {
    live.unwritable.note(run, error, clock.now());
    // Its readers here are told.
    storage.runs.notify(runId, undefined);
    throw error;
  });
  return claim && driveClaimed(context, claim, producer, sentAt);
}

/** The same for a run that was claimed already, by a call sent at `sentAt` of the monotonic clock, ms. */
export async function driveClaimed(
  context: RunContext,
  claim: ClaimedRun,
  producer?: PickedProducer,
  sentAt?: number,
): Promise<{ done: Promise<void> }> {
  const { clock, storage, live, log } = context;
  const { runId } = claim;
  const opened = Promise.withResolvers<DrivenRun>();
  const closing = new AbortController();
  let userId: string | undefined;
  let durability: HolderDurability = "ok";
  function onDurability(next: HolderDurability): void {
    durability = next;
    storage.runs.notify(runId, next);
  }
  function onOpen(driven: DrivenRun): void {
    userId = driven.run.userId;
    opened.resolve(driven);
  }
  onDurability("ok");
  const options = { producer, sentAt, signal: closing.signal, onOpen, onDurability };
  const done = driveFrom(context, claim, options)
    .catch((error: unknown) => {
      live.unwritable.note(claim, error, clock.now());
      log({ level: "error", message: "driving a run failed", runId, error: String(error) });
    })
    .finally(() => {
      live.remove(runId);
      storage.runs.notify(runId, undefined);
    });
  live.add(runId, {
    get userId() {
      return userId;
    },
    done,
    get durability() {
      return durability;
    },
    requestStop: (stop) => void opened.promise.then((driven) => driven.requestStop(stop)),
    startNoEffects: () => void opened.promise.then((driven) => driven.startNoEffects()),
    handOver() {
      closing.abort();
      void opened.promise.then((driven) => driven.handOver());
    },
  });
  return { done };
}

interface OpenOptions {
  producer: PickedProducer | undefined;
  sentAt: number | undefined;
  /** Ends the wait for a store that does not give the state. */
  signal: AbortSignal;
  onOpen(driven: DrivenRun): void;
  onDurability(durability: HolderDurability): void;
}

async function driveFrom(
  context: RunContext,
  claim: ClaimedRun,
  { producer, sentAt, signal, onOpen, onDurability }: OpenOptions,
): Promise<void> {
  const { runId } = claim;
  const { state, damage } = await readState(context, claim.run, signal);
  const drive = createDrive(context, claim, state, { producer, sentAt, onDurability });
  onOpen(drive.driven);
  if (state.seq > 0) context.log({ level: "info", message: "took a run over", runId, seq: state.seq });
  context.meter?.began(beganHow(claim.run, state));
  receive(drive, claim);
  let result: DriveResult = "lost";
  try {
    result = await writeToEnd(context, drive, damage && { type: "failed", failure: damage });
  } finally {
    context.meter?.left(leftRun(drive, result));
  }
  if (result === "ended") await driveNext(context, drive);
}

function createDrive(
  context: RunContext,
  { run, runId, epoch, token }: ClaimedRun,
  state: RunState,
  { producer, sentAt, onDurability }: Pick<OpenOptions, "producer" | "sentAt" | "onDurability">,
): Drive {
  const { clock, leaseMs, heartbeatMs, log, meter, storage } = context;
  const driven = createDrivenRun(clock, run, state);
  const { conversationId, userId, agent } = run;
  const tapped = context.taps?.open({ runId, conversationId, userId, agent, afterSeq: state.seq });
  let picked = producer && Promise.resolve(producer);
  const drive: Drive = {
    driven,
    inbox: createInbox(),
    left: undefined,
    hasQueue: false,
    ...(tapped && { tapped }),
    picked: () => (picked ??= context.pickProducer(run)),
    writer: createLogWriter({
      store: storage.runs,
      clock,
      lease: { runId, epoch, token },
      leaseMs,
      heartbeatMs,
      ...(sentAt !== undefined && { claimedAt: sentAt }),
      state,
      onReply: (reply) => receive(drive, reply),
      onLost(reason) {
        log({ level: "warn", message: "a run's lease was lost", runId, reason });
        driven.abort("lease-lost");
      },
      onDurability,
      onMismatch: (stepId) => log({ ...mismatch, runId, stepId }),
      onRefused: () => driven.abort("unstorable"),
      ...(tapped && { onDurable: tapped.push }),
      ...(meter && { onAppended: meter.appended }),
    }),
  };
  return drive;
}

const mismatch = { level: "warn", message: "the text of a step is not what was written" } as const;

/** I6. */
function receive(drive: Drive, reply: LeaseReply): void {
  if (reply.stop) drive.driven.requestStop(reply.stop);
  drive.inbox.receive(reply);
  drive.left = reply.messages;
  drive.hasQueue ||= reply.hasQueue ?? false;
}

/** `known`: what it came to already, without its producer. */
async function writeToEnd(context: RunContext, drive: Drive, known?: Outcome): Promise<DriveResult> {
  const { driven, writer } = drive;
  const ended = new AbortController();
  void watchForStop(context, drive, ended.signal);
  void limitTime(context, driven, ended.signal);
  try {
    let outcome = known ?? (await runProducer(context, drive));
    for (let leavesMessages = false; ; ) {
      const result = await suspendOrEnd(context, drive, outcome, leavesMessages);
      if (result !== "decided" && result !== "unread") return result;
      driven.rearm();
      const { seq } = writer.state;
      outcome = await runProducer(context, drive);
      // I13.
      leavesMessages = writer.state.seq === seq;
    }
  } finally {
    ended.abort(abortReason);
    // I10.
    writer.drop();
    drive.tapped?.end();
  }
}

/** `decided`, `unread`: something came first, and the producer goes on. */
async function suspendOrEnd(
  context: RunContext,
  drive: Drive,
  outcome: Outcome,
  leavesMessages: boolean,
): Promise<"suspended" | "decided" | "ended" | "unread" | "lost"> {
  const { driven, writer } = drive;
  const to = suspensionOf(driven, outcome);
  if (to === "waiting") driven.abort("waiting");
  const suspension = to && (await writer.suspend(to));
  if (suspension && suspension !== "refused") return suspension;
  return endAndCount(context, drive, outcome, leavesMessages);
}

/** What was used counts, also if no end is taken. */
async function endAndCount(
  context: RunContext,
  drive: Drive,
  outcome: Outcome,
  leavesMessages: boolean,
): Promise<"ended" | "unread" | "lost"> {
  const { driven, writer } = drive;
  let isUnread = false;
  try {
    const result = await writer.end((state, refused) => ({
      ...closeRun(context, driven, state, refused ? { type: "failed", failure: refused } : outcome),
      leavesMessages,
    }));
    isUnread = result === "unread";
    return result;
  } finally {
    if (!isUnread) await spendTokens(context, drive);
  }
}

/** I13, I14. Whoever finds the messages, or the queue, later does the same. */
async function driveNext(context: RunContext, drive: Drive): Promise<void> {
  const { clock, newId, log } = context;
  const { runs } = context.storage;
  const { driven, left, hasQueue, picked } = drive;
  const { run } = driven;
  if (!left && !hasQueue) return;
  try {
    const next = await retryBriefly(clock, () =>
      left && !hasQueue ? askNext({ runs, newId }, { run, messages: left }) : advanceQueue(context, run),
    );
    if (!next || driven.isHandingOver) return;
    const isAlike = next.agent === run.agent && next.model === run.model;
    if (!isAlike) return void (await driveRun(context, next));
    // The call that is made once more is this run's alone.
    const { retriedCall: _, ...producer } = await picked();
    await driveRun(context, next, { producer });
  } catch (error) {
    log({ level: "warn", message: "a message waits to be asked", runId: run.runId, error: String(error) });
  }
}

/** I8. */
function suspensionOf(
  { stop, isHandingOver, signal }: DrivenRun,
  { type }: Outcome,
): "waiting" | "queued" | undefined {
  // I11: it would be refused to whoever goes on, too.
  if (stop || signal.reason === "unstorable") return undefined;
  if (type === "waiting") return "waiting";
  return type === "aborted" && isHandingOver ? "queued" : undefined;
}

/** Spares a stop, a decision or a message the way by the next heartbeat, whose reply brings it too. */
async function watchForStop(
  { storage: { runs } }: Pick<RunContext, "storage">,
  { driven: { run }, writer }: Drive,
  signal: AbortSignal,
): Promise<void> {
  const latch = createLatch();
  const { unsubscribe } = runs.subscribe(run.runId, latch, "stop");
  signal.addEventListener("abort", () => {
    unsubscribe();
    latch.close();
  });
  while (await latch.wait()) {
    // Where it cannot be read, the reply to a renewal says it.
    const read = await runs.run(run.runId).catch(() => undefined);
    if (!read || read.stop || read.unread) await writer.renew();
  }
}

/** Hosts that end a request after a while: the run is handed over before that. */
async function limitTime(
  { clock, sliceMs }: Pick<RunContext, "clock" | "sliceMs">,
  driven: DrivenRun,
  ended: AbortSignal,
): Promise<void> {
  if (sliceMs === undefined) return;
  await clock.sleep(sliceMs, ended);
  if (ended.aborted) return;
  // A call that changes something, and is cut off, leaves a person with the question what it has done.
  driven.startNoEffects();
  const late = clock.sleep(effectTimeMs(sliceMs), ended);
  await Promise.race([driven.effectsDone, late]);
  if (!ended.aborted) driven.handOver();
}
