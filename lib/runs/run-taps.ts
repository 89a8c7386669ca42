import { abortReason } from "../async/abort-reason.ts";
import type { RunEvent } from "../protocol/run-event.ts";
import type { Tap, TapLog, TapObserver, TappedRun } from "../taps/tap.ts";
import type { Clock } from "./clock.ts";
import { sizeOf } from "./merge-deltas.ts";

/** What may wait for one tap of one run, as `sizeOf` counts it; the newest event always may. */
const maxWaitingBytes = 256 * 1024;
/** One call may keep the thread for this long, ms, and this many calls longer. */
const maxCallMs = 100;
const maxSlowCalls = 5;
/** How long a tap may still be busy with a run that is driven here no longer, ms. */
const maxLateMs = 10_000;

/** The taps of a process, by the rules of lib/taps/tap.ts. */
export interface RunTaps {
  /** Never throws. */
  open(run: TappedRun): TapFeed;
}

/** Where the events of one run are handed over. Both return at once and never throw. */
export interface TapFeed {
  /** Durable events, in order. They are not changed. */
  push(events: readonly RunEvent[]): void;
  /** The run is driven here no longer. */
  end(): void;
}

interface TapContext {
  clock: Clock;
  log: TapLog;
}

export function createRunTaps(taps: readonly Tap[], context: TapContext): RunTaps {
  /** How many calls of a tap were too slow. */
  const slowCalls = new Map<Tap, number>();

  /** Rules 3 and 4: what it throws is the caller's to tell, what it takes is counted. */
  function timed<T>(tap: Tap, call: () => T): T {
    const since = context.clock.now();
    try {
      return call();
    } finally {
      const tookMs = Math.round(context.clock.now() - since);
      if (tookMs > maxCallMs) noteSlow(tap, tookMs);
    }
  }

  function noteSlow(tap: Tap, tookMs: number): void {
    const calls = (slowCalls.get(tap) ?? 0) + 1;
    slowCalls.set(tap, calls);
    const message = calls === maxSlowCalls ? "a tap is left out from now on" : "a tap was slow";
    if (calls <= maxSlowCalls) context.log({ level: "warn", message, tap: tap.name, tookMs });
  }

  return {
    open(run) {
      const isKept = (tap: Tap): boolean => (slowCalls.get(tap) ?? 0) < maxSlowCalls;
      const feeds = taps
        .filter(isKept)
        .map((tap) => createTapFeed(tap, run, { ...context, timed, isKept: () => isKept(tap) }));
      return {
        push: (events) => feeds.forEach((feed) => feed.push(events)),
        end: () => feeds.forEach((feed) => feed.end()),
      };
    },
  };
}

interface FeedContext extends TapContext {
  timed<T>(tap: Tap, call: () => T): T;
  isKept(): boolean;
}

/** One tap of one run. It is called in turns of the event loop of its own, one call after another. */
function createTapFeed(tap: Tap, run: TappedRun, context: FeedContext): TapFeed {
  const { log, clock, timed, isKept } = context;
  let waiting: RunEvent[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let droppedInAll = 0;
  let isCalling = false;
  let isEnded = false;
  /** Aborts when it watches no longer: nothing is kept for it then. */
  const closed = new AbortController();
  let observer: TapObserver | undefined;

  function push(events: readonly RunEvent[]): void {
    if (closed.signal.aborted || isEnded) return;
    for (const event of events) {
      waiting.push(event);
      waitingBytes += sizeOf(event);
    }
    if (waitingBytes > maxWaitingBytes) dropOldest();
    schedule();
  }

  /** Rule 2. */
  function dropOldest(): void {
    let count = 0;
    for (const event of waiting.slice(0, -1)) {
      if (waitingBytes <= maxWaitingBytes) break;
      waitingBytes -= sizeOf(event);
      count += 1;
    }
    waiting = waiting.slice(count);
    dropped += count;
    droppedInAll += count;
  }

  function end(): void {
    if (closed.signal.aborted || isEnded) return;
    isEnded = true;
    schedule();
    void clock.sleep(maxLateMs, closed.signal).then(() => {
      if (!closed.signal.aborted) close({ message: "a tap has not finished with a run" });
    });
  }

  function schedule(): void {
    if (isCalling) return;
    isCalling = true;
    setImmediate(() => void callOn());
  }

  /** Never rejects. */
  async function callOn(): Promise<void> {
    try {
      observer ??= timed(tap, () => tap.open(run, log));
      if (!observer) return close();
      while (!closed.signal.aborted && waiting.length > 0) await take(observer);
      if (isEnded && !closed.signal.aborted) {
        await timed(tap, () => observer?.end?.());
        close();
      }
    } catch (error) {
      close({ message: "a tap failed", error: String(error) });
    } finally {
      isCalling = false;
    }
  }

  async function take(watching: TapObserver): Promise<void> {
    if (!isKept()) return close();
    const [events, left] = [structuredClone(waiting), dropped];
    waiting = [];
    waitingBytes = 0;
    dropped = 0;
    await timed(tap, () => watching.take(events, left));
  }

  function close(fault?: Readonly<Record<string, string>>): void {
    closed.abort(abortReason);
    waiting = [];
    const { runId } = run;
    if (fault) log({ level: "warn", tap: tap.name, runId, ...fault });
    if (droppedInAll > 0)
      log({ level: "warn", message: "a tap did not keep up", tap: tap.name, runId, dropped: droppedInAll });
  }

  return { push, end };
}
