import { type ClosingReason, closingEvents } from "../protocol/closing-events.ts";
import { fold } from "../protocol/fold.ts";
import type { EventBody, RunEvent, TerminalBody } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { RunEnd, RunStore } from "../storage/run-store.ts";
import { type HeldLease, holdLease, type LeaseOptions } from "./hold-lease.ts";
import { mergeDeltas, sizeOf } from "./merge-deltas.ts";

/** With more than this not yet durable the producer waits: a provider's socket buffers better than we do. */
const maxBufferedBytes = 256 * 1024;

export interface LogWriterOptions extends LeaseOptions {
  store: RunStore;
  /** The log so far, folded. */
  state: RunState;
}

/** How a run ends. */
export interface Close {
  event: TerminalBody;
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
   * to wait for; the lease is kept.
   */
  suspend(to: "waiting" | "queued"): Promise<"suspended" | "decided" | "lost">;
  /**
   * Closes what is open and writes the terminal event, in one atomic step. `close` is asked when all else is
   * saved.
   */
  end(close: (state: RunState) => Close): Promise<void>;
  /** Stops at once: what is not saved is lost, and the lease lapses. */
  drop(): void;
}

export function createLogWriter(options: LogWriterOptions): LogWriter {
  const { store, lease, clock, leaseMs } = options;
  const held = holdLease({ ...options, onLost });
  let state = options.state;
  /** Not numbered yet: the last delta may grow while the ones before it are saved. */
  let pending: EventBody[] = [];
  let bufferedBytes = 0;
  let durableSeq = state.seq;
  let checkpointSeq = state.seq;
  let flushing: Promise<void> | undefined;
  let isClosed = false;
  let awaited: { seq: number; promise: PromiseWithResolvers<void> }[] = [];

  function push(event: EventBody): Promise<void> | undefined {
    if (held.isLost || isClosed) return undefined;
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
    while (!held.isLost && pending.length > 0) await save();
    flushing = undefined;
  }

  async function save(): Promise<void> {
    const bytes = bufferedBytes;
    // I3: once numbered they are sent under the same seqs until the store answers.
    const events = pending.map(numbered);
    pending = [];
    const { seq } = state;
    const checkpoint = seq - checkpointSeq > Math.max(128, seq / 16) ? state : undefined;
    // I2: the store notifies the readers, once it has them.
    const reply = await held.request(() => store.append(lease, events, leaseMs, checkpoint));
    if (!reply) return;
    bufferedBytes -= bytes;
    durableSeq = seq;
    if (checkpoint) checkpointSeq = seq;
    if (awaited.length > 0) settleAwaited();
  }

  /** I1. */
  function numbered(body: EventBody): RunEvent {
    const { runId, epoch } = lease;
    const event: RunEvent = { runId, epoch, seq: state.seq + 1, ts: clock.wall(), ...body };
    state = fold(state, event);
    return event;
  }

  function durable(): Promise<void> {
    // What is pending keeps its number: only the last event may still grow.
    const seq = state.seq + pending.length;
    if (held.isLost) return Promise.reject(leaseLost());
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
      else awaited.push(each);
    }
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

  async function suspend(to: "waiting" | "queued"): Promise<"suspended" | "decided" | "lost"> {
    if (!(await drain())) return "lost";
    held.pause();
    const reply = await held.request(() => store.suspend(lease, to));
    if (reply?.kind === "decided") {
      isClosed = false;
      held.resume();
      return "decided";
    }
    held.release();
    return reply ? "suspended" : "lost";
  }

  async function end(close: (state: RunState) => Close): Promise<void> {
    if (!(await drain())) return;
    held.pause();
    // I7.
    const before = state;
    for (;;) {
      state = before;
      const { event, reason, status } = close(before);
      const events = [...closingEvents(before, reason), event].map(numbered);
      const reply = await held.request(() => store.finish(lease, events, { status, state }));
      // I6: `close` is asked again, now that the stop is known.
      if (reply?.kind !== "stopping" || event.type === "abort") break;
    }
    held.release();
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

const leaseLost = (): Error => new Error("the lease was lost before this was saved");
