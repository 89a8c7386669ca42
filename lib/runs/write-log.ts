import { type ClosingReason, closingEvents } from "../protocol/closing-events.ts";
import { fold } from "../protocol/fold.ts";
import type { EventBody, RunEvent, TerminalBody } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { RunEnd } from "../storage/run-store.ts";
import { type HeldLease, holdLease, type LeaseOptions } from "./hold-lease.ts";
import { mergeDeltas, sizeOf } from "./merge-deltas.ts";

/**
 * More than this not yet durable, and the agent waits for the store: a provider's socket buffers better than
 * we do.
 */
const maxWaitingBytes = 256 * 1024;

export interface LogWriterOptions extends LeaseOptions {
  /** The log so far, folded. */
  state: RunState;
}

/** How a run ends, decided when everything before it is saved: a stop may have come meanwhile. */
export interface Close {
  event: TerminalBody;
  reason: ClosingReason;
  status: RunEnd["status"];
}

/** The only pen of a run: numbers events, makes them durable in order, and keeps the lease. */
export interface LogWriter extends Pick<HeldLease, "renew" | "mayStart"> {
  /** The fold of all numbered events, durable or not. */
  readonly state: RunState;
  /** Takes an event; a promise only when far more waits than a healthy store lets pile up. */
  push(event: EventBody): Promise<void> | undefined;
  /** Closes open parts and writes the terminal event in one atomic step. False: the lease was lost. */
  end(close: (state: RunState) => Close): Promise<boolean>;
  /** Saves what is there and lets the pen go, without an end. False: the lease was lost. */
  pause(): Promise<boolean>;
  /** Lets the pen go as it is: the lease is kept no longer. */
  drop(): void;
}

/** Opens the pen of a claimed run. It must be ended or paused: it keeps the lease by a timer. */
export function writeLog(options: LogWriterOptions): LogWriter {
  const { store, lease, clock, leaseMs } = options;
  const held = holdLease(options);
  let state = options.state;
  /** Not numbered yet: the last delta may grow while the ones before it are saved. */
  let pending: EventBody[] = [];
  let waitingBytes = 0;
  let checkpointSeq = state.seq;
  let flushing: Promise<void> | undefined;
  let closed = false;

  function push(event: EventBody): Promise<void> | undefined {
    if (held.lost || closed) return undefined;
    const last = pending.at(-1);
    const merged = last && mergeDeltas(last, event);
    if (merged) pending[pending.length - 1] = merged;
    else pending.push(event);
    waitingBytes += sizeOf(event);
    flushing ??= flush();
    return waitingBytes > maxWaitingBytes ? flushing : undefined;
  }

  async function flush(): Promise<void> {
    // One turn of the loop lets an agent's events of the same moment travel in one append.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (!held.lost && pending.length > 0) await save();
    flushing = undefined;
  }

  async function save(): Promise<void> {
    const bytes = waitingBytes;
    // Once numbered they are sent under the same seqs until the store answers.
    const events = pending.map(numbered);
    pending = [];
    const due = state.seq - checkpointSeq > Math.max(128, state.seq / 16) ? state : undefined;
    const answer = await held.ask(() => store.append(lease, events, leaseMs, due));
    if (!answer) return;
    waitingBytes -= bytes;
    if (due) checkpointSeq = due.seq;
  }

  function numbered(body: EventBody): RunEvent {
    const event: RunEvent = {
      runId: lease.runId,
      epoch: lease.epoch,
      seq: state.seq + 1,
      ts: clock.wall(),
      ...body,
    };
    state = fold(state, event);
    return event;
  }

  async function drain(): Promise<boolean> {
    closed = true;
    await flushing;
    return !held.lost;
  }

  async function pause(): Promise<boolean> {
    const kept = await drain();
    held.release();
    return kept;
  }

  async function end(close: (state: RunState) => Close): Promise<boolean> {
    if (!(await drain())) return false;
    held.settle();
    const before = state;
    for (;;) {
      state = before;
      const { event, reason, status } = close(before);
      const events = [...closingEvents(before, reason), event].map(numbered);
      const answer = await held.ask(() => store.finish(lease, events, { status, state }));
      // The stop wins: `close` is asked again, and answers `abort` now that the stop is known.
      if (answer?.kind === "stopping" && event.type !== "abort") continue;
      held.release();
      return answer !== undefined;
    }
  }

  return {
    get state() {
      return state;
    },
    renew: held.renew,
    mayStart: held.mayStart,
    push,
    end,
    pause,
    drop: held.release,
  };
}
