import type { Outcome, PickedProducer, ProducerContext } from "../agents/producer.ts";
import { unlessAborted } from "../async/unless-aborted.ts";
import { plainModel } from "../protocol/own-key-model.ts";
import type { EventBody } from "../protocol/run-event.ts";
import type { RunMeta, SentMessage } from "../storage/run-store.ts";
import type { DrivenRun } from "./driven-run.ts";
import type { RunInbox } from "./inbox.ts";
import type { LogWriter } from "./log-writer.ts";
import { readHistory } from "./read-history.ts";
import type { RunContext } from "./run-context.ts";
import type { TapFeed } from "./run-taps.ts";
import { startEvent } from "./start-event.ts";

/** Continuations in a row without new text, a tool or a finished step (protocol 5.3). */
const maxContinuations = 2;

const aborted: Outcome = { type: "aborted" };

/** A run that is claimed here, with all that drives it. */
export interface Drive {
  driven: DrivenRun;
  writer: LogWriter;
  inbox: RunInbox;
  /** What was said into the run and is not in its log, by the store's newest reply; undefined: nothing. */
  left: readonly SentMessage[] | undefined;
  /** Questions wait in its conversation: known once it has ended. */
  hasQueue: boolean;
  /** Where what is durable is told to the taps; absent: there are none. */
  tapped?: TapFeed;
  /** What writes the run; asked once. */
  picked(): Promise<PickedProducer>;
}

/**
 * Lets the run's producer go on from where the log stands and takes what it yields. Never rejects: what went
 * wrong is the outcome.
 */
export async function runProducer(
  context: Pick<RunContext, "storage" | "clock" | "newId" | "random" | "log" | "limits" | "meter">,
  drive: Drive,
): Promise<Outcome> {
  const { driven, writer } = drive;
  const { run, signal } = driven;
  try {
    const picked = await pickAndStart(drive);
    if (!picked || signal.aborted) return aborted;
    // What it begins with is read from the log.
    if (picked.retriedCall !== undefined) await writer.durable();
    const events = picked.produce(contextOf(context, drive));
    if (run.continuations > maxContinuations) return await endOrGiveUp(events);
    return await pump(context, driven, writer, events);
  } catch (failure) {
    return signal.aborted ? aborted : { type: "failed", failure };
  }
}

/**
 * Picks the producer and writes the first event. Undefined: the run was told to end before there was a
 * producer.
 */
async function pickAndStart({
  driven: { run, signal },
  writer,
  picked,
}: Drive): Promise<PickedProducer | undefined> {
  let producer: PickedProducer | undefined;
  try {
    // Asking an endpoint for its models may take a while; a stop does not wait for that.
    return (producer = await unlessAborted(picked(), signal));
  } finally {
    // However the run ends, its log has a start.
    if (writer.state.seq === 0)
      void writer.push(
        startEvent(run, producer?.model ?? plainModel(run.model ?? ""), producer?.retriedCall),
      );
  }
}

/** I9. Only the producer knows whether its log is complete: then it ends without another event. */
async function endOrGiveUp(events: AsyncGenerator<EventBody, Outcome>): Promise<Outcome> {
  const { done, value } = await events.next();
  if (done) return value;
  await events.return(aborted);
  return tooManyCrashes;
}

const tooManyCrashes: Outcome = {
  type: "interrupted",
  reason: "owner-gone",
  errorText: "the server was restarted several times while this was written",
};

function contextOf(
  context: Pick<RunContext, "storage" | "clock" | "newId" | "random" | "limits">,
  { driven, writer, inbox }: Drive,
): ProducerContext {
  const { clock, newId, random } = context;
  return {
    get state() {
      return writer.state;
    },
    async history() {
      const { run, signal } = driven;
      const asked = writer.ask(() => readHistory(context, run), signal);
      // A store that hangs is not waited for once the run is stopped.
      return unlessAborted(asked, signal);
    },
    userId: driven.run.userId,
    signal: driven.signal,
    inbox,
    durable: writer.durable,
    mayStart: writer.mayStart,
    // Deleted in mid-answer, the conversation could not be read any more when the run is paid for.
    ...(context.limits.tokensPerDay !== undefined && { noteInput: driven.noteInput }),
    startEffect: driven.startEffect,
    clock,
    newId,
    random,
  };
}

async function pump(
  context: Pick<RunContext, "log" | "meter">,
  driven: DrivenRun,
  writer: LogWriter,
  events: AsyncGenerator<EventBody, Outcome>,
): Promise<Outcome> {
  const { signal } = driven;
  try {
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value;
      if (value.type === "text-delta" || value.type === "reasoning-delta") driven.noteText();
      if (value.type === "retry") noteRetry(context, driven.run, value);
      const full = writer.push(value);
      if (full) await full;
      if (signal.aborted) return aborted;
    }
  } finally {
    await events.return(aborted);
  }
}

function noteRetry(
  { log, meter }: Pick<RunContext, "log" | "meter">,
  { runId }: RunMeta,
  { attempt, of, inMs, reason }: Extract<EventBody, { type: "retry" }>,
): void {
  meter?.retried(reason);
  log({ level: "warn", message: "the model is asked again", runId, reason, attempt, of, inMs });
}
