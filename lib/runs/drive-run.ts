import type { Outcome, PickedProducer } from "../agents/producer.ts";
import { decodeEvent } from "../protocol/decode-event.ts";
import { emptyRun, fold, type RunState } from "../protocol/fold.ts";
import type { ClaimedRun, Holder, LeaseReply, RunMeta, RunSnapshot, RunStore } from "../storage/run-store.ts";
import { closeRun } from "./close-run.ts";
import { createDrivenRun, type DrivenRun } from "./driven-run.ts";
import { createInbox } from "./inbox.ts";
import { createLogWriter } from "./log-writer.ts";
import type { RunContext } from "./run-context.ts";
import { type Drive, runProducer } from "./run-producer.ts";
import { spendTokens } from "./spend-tokens.ts";

/**
 * The driver: claims a run, holds its lease, drives its producer, and ends it. What is said is the producer's
 * (lib/agents/producer.ts), what is seen the readers' (follow-run.ts), and who starts, stops or meets a run is none
 * of its concern. The files it is made of: hold-lease (I1, I4, I5), log-writer (I2, I3, I7), run-producer (I9),
 * close-run (I6).
 *
 * I1. Only the holder of the lease appends, and its log writer numbers the events.
 * I2. Durable before visible: nobody is shown an event that is not in the store.
 * I3. A numbered event never changes. When saving is late, the same events are sent under the same seqs, until the
 *     store answers or the lease is lost.
 * I4. A lease counts from the *sending* of the last renewal that was answered: after two thirds of it no model call
 *     and no tool starts before it is renewed; after two leases the holder is silent, and its producer ends.
 * I5. A holder that is fenced, or whose log the store does not have, is silent at once.
 * I6. The stop wins over every other end. Every reply of the store carries it; the producer ends, and the terminal
 *     event is `abort`.
 * I7. The log ends once: what is open is closed, and the terminal event, the status and the message are one step.
 * I8. A run that is handed over or waits is suspended: its lease is dropped in the step that changes its status, and
 *     that is no crash. `decided`: what it would wait for is here already, and its holder goes on.
 * I9. A claim goes on from the log as it stands. After too many crashes in a row the run is given up.
 * I10. Whatever goes wrong here, the lease is renewed no longer: a run that nobody writes must not look held.
 */

export interface DriveOptions {
  /** Its lease need not be waited for: that process is gone. */
  deadHolder?: Holder;
  /** What writes the run, where it is known already. */
  producer?: PickedProducer;
}

/**
 * Claims a run and brings it to its end, from wherever its log stands. Resolves when it is claimed, null if it was not
 * to be had; `done` when it has ended, is suspended, or was lost to another holder, and it never rejects.
 */
export async function driveRun(
  context: RunContext,
  run: RunMeta,
  { deadHolder, producer }: DriveOptions = {},
): Promise<{ done: Promise<void> } | null> {
  const { storage, leaseMs, holder, live, log } = context;
  const { runId } = run;
  if (live.get(runId)) return null;
  const claim = await storage.runs.claim(runId, context.newId(), run.epoch, leaseMs, holder, deadHolder);
  if (!claim) return null;
  const state = await stateAt(storage.runs, claim.run);
  const drive = createDrive(context, claim, state, producer);
  const { driven } = drive;
  const done = writeToEnd(context, drive)
    .catch((error: unknown) => {
      log({ level: "error", message: "driving a run failed", runId, error: String(error) });
    })
    .finally(() => live.remove(runId));
  live.add(runId, { saving: "ok", done, stop: driven.requestStop, suspend: driven.handOver });
  if (state.seq > 0) log({ level: "info", message: "took a run over", runId, seq: state.seq });
  receive(drive, claim);
  return { done };
}

/** The newest stored fold and what was written after it. */
export const stateOf = ({ run, fold: checkpoint, entries }: RunSnapshot): RunState =>
  entries.reduce((state, entry) => fold(state, decodeEvent(entry.json)), checkpoint ?? emptyRun(run.runId));

/** I9. */
async function stateAt(store: RunStore, { runId, head }: RunMeta): Promise<RunState> {
  const snapshot = head === 0 ? null : await store.snapshot(runId);
  return snapshot ? stateOf(snapshot) : emptyRun(runId);
}

function createDrive(
  context: RunContext,
  { run, runId, epoch, token }: ClaimedRun,
  state: RunState,
  producer?: PickedProducer,
): Drive {
  const { clock, leaseMs, heartbeatMs, live, log, storage } = context;
  const driven = createDrivenRun(clock, run, state);
  let picked = producer && Promise.resolve(producer);
  const drive: Drive = {
    driven,
    inbox: createInbox(),
    picked: () => (picked ??= context.pickProducer(run)),
    writer: createLogWriter({
      store: storage.runs,
      clock,
      lease: { runId, epoch, token },
      leaseMs,
      heartbeatMs,
      state,
      onReply: (reply) => receive(drive, reply),
      onLost(reason) {
        log({ level: "warn", message: "a run's lease was lost", runId, reason });
        driven.abort("lease-lost");
      },
      onDurability: (durability) => live.setSaving(runId, durability),
    }),
  };
  return drive;
}

/** I6. */
function receive({ driven, inbox }: Drive, reply: LeaseReply): void {
  if (reply.stop) driven.requestStop(reply.stop);
  inbox.receive(reply);
}

async function writeToEnd(context: RunContext, drive: Drive): Promise<void> {
  const { driven, writer } = drive;
  const ended = new AbortController();
  void listenForStop(context, drive, ended.signal);
  void limitTime(context, driven, ended.signal);
  try {
    let outcome = await runProducer(context, drive);
    for (let to = suspensionOf(driven, outcome); to; to = suspensionOf(driven, outcome)) {
      if (to === "waiting") driven.abort("waiting");
      if ((await writer.suspend(to)) !== "decided") return;
      driven.rearm();
      outcome = await runProducer(context, drive);
    }
    const last = outcome;
    await writer.end((state) => closeRun(context, driven, state, last));
    await spendTokens(context, drive);
  } finally {
    ended.abort();
    writer.drop();
  }
}

/** I8. */
function suspensionOf(
  { stop, isHandingOver }: DrivenRun,
  { type }: Outcome,
): "waiting" | "queued" | undefined {
  if (stop) return undefined;
  if (type === "waiting") return "waiting";
  return type === "aborted" && isHandingOver ? "queued" : undefined;
}

/** Spares a stop of another process the way by the next heartbeat, whose reply brings it too. */
async function listenForStop(
  { storage: { runs } }: Pick<RunContext, "storage">,
  { driven: { run }, writer }: Drive,
  signal: AbortSignal,
): Promise<void> {
  for await (const _ of runs.bell(run.runId, signal, "stop")) {
    const { stop } = (await runs.run(run.runId).catch(() => null)) ?? {};
    if (stop) await writer.renew();
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
  if (!ended.aborted) driven.handOver();
}
