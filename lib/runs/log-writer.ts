import { type ClosingReason, closingEvents } from "../protocol/closing-events.ts";
import { fold } from "../protocol/fold.ts";
import { mismatchedStep } from "../protocol/mismatched-step.ts";
import type { EventBody, RunEvent, TerminalBody } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import { isDamaged, isTooLarge } from "../storage/is-passing.ts";
import type { AppendResult, RunEnd, RunStore } from "../storage/run-store.ts";
import { StorageError } from "../storage/storage-error.ts";
import { boundEvent, errorInstead } from "./bound-event.ts";
import { type HeldLease, holdLease, type LeaseOptions } from "./hold-lease.ts";
import { mergeDeltas, sizeOf, splitDelta } from "./merge-deltas.ts";
import { partsLength, shortenInput, shortenState } from "./shorten-state.ts";

/** With more than this not yet durable the producer waits: a provider's socket buffers better than we do. */
const maxBufferedBytes = 256 * 1024;
/** Of one append; a store that refuses it gets less. */
const maxAppendBytes = 128 * 1024;

/** `onRefused`: nothing that is pushed is taken any more either, and the run has to be ended. */
export interface LogWriterOptions extends LeaseOptions {
  store: RunStore;
  /** The log so far, folded. */
  state: RunState;
  /** Called with events that are in the store now, in order. Throws nothing, and is not waited for. */
  onDurable?(events: readonly RunEvent[]): void;
  /** The store has answered an append after `ms`. Throws nothing. */
  onAppended?(ms: number): void;
  /** The text of a step, as it is kept, is not the one that its producer had. Throws nothing. */
  onMismatch?(stepId: string): void;
}

/** How a run ends. */
export interface Close {
  event: TerminalBody;
  /** Messages that are not in the log do not keep the run from its end. */
  leavesMessages?: boolean;
  /** Why what is still open is closed. */
  reason: ClosingReason;
  status: RunEnd["status"];
}

/**
 * The one writer of a claimed run's log: numbers events, makes them durable in order, and keeps the lease. It
 * must be ended, suspended or dropped, or the lease is kept for ever.
 */
export interface LogWriter extends Pick<HeldLease, "ask" | "renew" | "mayStart"> {
  /** The fold of all numbered events, durable or not. */
  readonly state: RunState;
  /** Takes an event; a promise only when far more waits than a healthy store lets pile up. */
  push(event: EventBody): Promise<void> | undefined;
  /** Resolves when everything pushed so far is in the store; rejects when the lease is lost. */
  durable(): Promise<void>;
  /**
   * Saves what is there and drops the lease, without an end. `decided`: a stop came first, or what the run is
   * to wait for; the lease is kept. `refused`: the run has to be ended.
   */
  suspend(to: "waiting" | "queued"): Promise<Suspension>;
  /**
   * Closes what is open and writes the terminal event, in one atomic step. `close` is asked when all else is
   * saved, and again with what the store refused: where it does not take the answer in one piece, as much of
   * its beginning is saved as it takes. `unread`: messages came first, the lease is kept, and more can be
   * pushed. Rejects with `StorageError("damaged")` if no end is taken.
   */
  end(close: (state: RunState, refused?: StorageError) => Close): Promise<"ended" | "unread" | "lost">;
  /** Stops at once: what is not saved is lost, and the lease lapses. */
  drop(): void;
}

type Suspension = "suspended" | "decided" | "refused" | "lost";

export function createLogWriter(options: LogWriterOptions): LogWriter {
  const { lease, clock, leaseMs } = options;
  const held = holdLease({ ...options, onLost, onRefused: refuse });
  let state = options.state;
  /** Not numbered yet: the last delta may grow while the ones before it are saved. */
  let pending: EventBody[] = [];
  let bufferedBytes = 0;
  let durableSeq = state.seq;
  let checkpointSeq = state.seq;
  let flushing: Promise<void> | undefined;
  let isClosed = false;
  /** Of a store that would not take another one either. */
  let hasCheckpoints = true;
  /** I11: what the store does not take, ever. */
  let refused: StorageError | undefined;
  let awaited: { seq: number; promise: PromiseWithResolvers<void> }[] = [];

  function push(given: EventBody): Promise<void> | undefined {
    if (held.isLost || isClosed || refused) return undefined;
    const event = boundEvent(given);
    const last = pending.at(-1);
    const merged = last && mergeDeltas(last, event);
    if (merged) pending[pending.length - 1] = merged;
    else pending.push(event);
    bufferedBytes += sizeOf(event);
    flushing ??= flush();
    return bufferedBytes > maxBufferedBytes ? flushing : undefined;
  }

  async function flush(): Promise<void> {
    // One turn of the event loop lets a producer's events of the same moment travel in one append.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (!held.isLost && !refused && pending.length > 0) await save();
    flushing = undefined;
  }

  async function save(): Promise<void> {
    const bytes = bufferedBytes;
    const bodies = pending;
    pending = [];
    try {
      if (!(await store(bodies))) return;
    } catch (error) {
      if (!isFinalRefusal(error)) throw error;
      return refuse(error);
    }
    bufferedBytes -= bytes;
    if (awaited.length > 0) settleAwaited();
  }

  /** False: the lease is lost. I11: what the store does not take in one piece is given to it in two. */
  async function store(bodies: readonly EventBody[]): Promise<boolean> {
    const before = state;
    const isLarge = bodies.reduce((sum, body) => sum + sizeOf(body), 0) > maxAppendBytes;
    const halves = isLarge ? halvesOf(bodies) : undefined;
    if (halves) return storeBoth(bodies, halves);
    try {
      return await append(bodies.map(numbered));
    } catch (caught) {
      const error = asTooLarge(caught);
      if (!isFinalRefusal(error)) throw error;
      state = before;
      const smaller = isTooLarge(error) ? halvesOf(bodies) : undefined;
      if (smaller) return storeBoth(bodies, smaller);
      const [event] = bodies;
      const instead = isTooLarge(error) && event && errorInstead(event, "larger than the store takes");
      if (!instead) throw error;
      return store([instead]);
    }
  }

  async function storeBoth(bodies: readonly EventBody[], [one, other]: Halves): Promise<boolean> {
    moveAwaited(state.seq + bodies.length, one.length + other.length - bodies.length);
    return (await store(one)) && store(other);
  }

  /** I3: once numbered they are sent under the same seqs until the store answers. */
  async function append(events: readonly RunEvent[]): Promise<boolean> {
    const { seq } = state;
    const isDue = hasCheckpoints && seq - checkpointSeq > Math.max(128, seq / 16);
    // I2: the store notifies the readers, once it has them.
    const call = (fold?: RunState) =>
      held.request(() => options.store.append(lease, events, leaseMs, fold).catch(rethrow), isFinalRefusal);
    const since = clock.now();
    let reply: AppendResult | undefined;
    try {
      reply = await call(isDue ? state : undefined);
    } catch (error) {
      if (!isDue || !isTooLarge(error)) throw error;
      // The log is enough.
      hasCheckpoints = false;
      reply = await call();
    }
    if (!reply) return false;
    options.onAppended?.(clock.now() - since);
    durableSeq = seq;
    if (isDue) checkpointSeq = seq;
    options.onDurable?.(events);
    return true;
  }

  function refuse(error: StorageError): void {
    refused ??= error;
    pending = [];
    options.onRefused(error);
    settleAwaited();
  }

  /** I1. */
  function numbered(body: EventBody): RunEvent {
    const { runId, epoch } = lease;
    const event: RunEvent = { runId, epoch, seq: state.seq + 1, ts: clock.wall(), ...body };
    const mismatched = mismatchedStep(state, event);
    if (mismatched !== undefined) options.onMismatch?.(mismatched);
    state = fold(state, event);
    return event;
  }

  function durable(): Promise<void> {
    // What is pending keeps its number: only the last event may still grow.
    const seq = state.seq + pending.length;
    if (held.isLost) return Promise.reject(leaseLost());
    if (refused) return Promise.reject(refused);
    if (seq <= durableSeq) return Promise.resolve();
    const promise = Promise.withResolvers<void>();
    awaited.push({ seq, promise });
    return promise.promise;
  }

  function settleAwaited(): void {
    const all = awaited;
    awaited = [];
    for (const each of all) {
      if (each.seq <= durableSeq) each.promise.resolve();
      else if (held.isLost) each.promise.reject(leaseLost());
      else if (refused) each.promise.reject(refused);
      else awaited.push(each);
    }
  }

  /** What was to be numbered up to `seq` takes some numbers more. */
  function moveAwaited(seq: number, by: number): void {
    awaited = awaited.map((each) => (each.seq >= seq ? { ...each, seq: each.seq + by } : each));
  }

  function onLost(reason: string): void {
    options.onLost(reason);
    settleAwaited();
  }

  /** Takes nothing more and saves what there is. False: the lease is lost. */
  async function drain(): Promise<boolean> {
    isClosed = true;
    await flushing;
    return !held.isLost;
  }

  async function suspend(to: "waiting" | "queued"): Promise<Suspension> {
    if (!(await drain())) return "lost";
    if (refused) return "refused";
    held.pause();
    let reply: SuspendReply | undefined;
    try {
      reply = await held.request(() => options.store.suspend(lease, to), isDamaged);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      refuse(error);
      return "refused";
    }
    if (reply?.kind === "decided") {
      reopen();
      return "decided";
    }
    held.release();
    return reply ? "suspended" : "lost";
  }

  async function end(close: Parameters<LogWriter["end"]>[0]): ReturnType<LogWriter["end"]> {
    if (!(await drain())) return "lost";
    held.pause();
    // I7.
    const before = state;
    let length = Infinity;
    let isSaved = false;
    while (!isSaved && !held.isLost) {
      state = before;
      const { event, reason, status, leavesMessages = false } = close(before, refused);
      const closings = closingEvents(before, reason).map((body) => shortenInput(body, length));
      const events = [...closings, event].map(numbered);
      const saved = length === Infinity ? state : shortenState(state, length);
      try {
        const reply = await held.request(
          () => options.store.finish(lease, events, { status, state: saved, leavesMessages }),
          isFinalRefusal,
        );
        if (reply?.kind === "unread") {
          state = before;
          reopen();
          return "unread";
        }
        // I6: `close` is asked again, now that the stop is known.
        isSaved = reply?.kind !== "stopping" || event.type === "abort";
        if (isSaved && reply) options.onDurable?.(events);
      } catch (error) {
        if (!isFinalRefusal(error) || length < 1 || (refused && isDamaged(error))) throw error;
        refused ??= error;
        if (isTooLarge(error)) length = Math.floor(Math.min(length, partsLength(state)) / 2);
      }
    }
    held.release();
    return isSaved ? "ended" : "lost";
  }

  function reopen(): void {
    isClosed = false;
    held.resume();
  }

  return {
    get state() {
      return state;
    },
    ask: held.ask,
    renew: held.renew,
    mayStart: held.mayStart,
    push,
    durable,
    suspend,
    end,
    drop: held.release,
  };
}

/** The store would not take it later either, and nothing was stored. */
const isFinalRefusal = (error: unknown): error is StorageError => isTooLarge(error) || isDamaged(error);

/**
 * A full stack while an event is folded or written is about the event: it counts as one that the store does
 * not take, and nobody's lease is lost.
 */
const asTooLarge = (error: unknown): unknown =>
  error instanceof RangeError
    ? new StorageError("too-large", "an event is too deep or too long to be written", { cause: error })
    : error;

function rethrow(error: unknown): never {
  throw asTooLarge(error);
}

type SuspendReply = Awaited<ReturnType<RunStore["suspend"]>>;

type Halves = readonly [readonly EventBody[], readonly EventBody[]];

/** What may be given to a store one after the other instead; of one event, halves of its text. */
function halvesOf(bodies: readonly EventBody[]): Halves | undefined {
  const [first] = bodies;
  const half = Math.ceil(bodies.length / 2);
  if (bodies.length > 1) return [bodies.slice(0, half), bodies.slice(half)];
  const [one, other] = (first && splitDelta(first)) ?? [];
  return one && other && [[one], [other]];
}

const leaseLost = (): Error => new Error("the lease was lost before this was saved");
