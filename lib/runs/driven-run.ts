import type { AbortReason } from "../agents/producer.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { RunMeta, StopRequest } from "../storage/run-store.ts";
import type { Clock } from "./clock.ts";

/**
 * What this process knows of a run while it drives it, beside the log. Times are of the monotonic clock, ms.
 */
export interface DrivenRun {
  /** As it was claimed. */
  readonly run: RunMeta;
  /** How long the run had been under way then. */
  readonly beforeMs: number;
  readonly claimedAt: number;
  /** When the first text came; absent if none came here. */
  readonly firstTextAt: number | undefined;
  /** The stop that was seen first. */
  readonly stop: StopRequest | undefined;
  readonly isHandingOver: boolean;
  /** Aborts when the producer has to end. */
  readonly signal: AbortSignal;
  /** About what its model was given here, tokens; absent if it was not asked here, or nobody counts. */
  readonly inputTokens: number | undefined;
  /** That no call with effects runs here. */
  readonly effectsDone: Promise<void>;
  noteText(): void;
  noteInput(tokens: number): void;
  requestStop(stop: StopRequest): void;
  /** The process goes away, or its time is up. */
  handOver(): void;
  /** It will soon: what could be cut off by that, and not be run again, starts no more. */
  startNoEffects(): void;
  /** `startEffect` of a producer's context. */
  startEffect(): (() => void) | undefined;
  /** Ends the producer. */
  abort(reason: AbortReason): void;
  /**
   * Makes a new signal for a producer that goes on after all; it has aborted if a stop or a hand-over came.
   */
  rearm(): void;
}

export function createDrivenRun(clock: Clock, run: RunMeta, state: RunState): DrivenRun {
  const claimedAt = clock.now();
  let controller = new AbortController();
  let firstTextAt: number | undefined;
  let inputTokens: number | undefined;
  let stop: StopRequest | undefined;
  let isHandingOver = false;
  let effects = 0;
  let putsOff = false;
  let done = Promise.withResolvers<void>();
  done.resolve();
  const abort = (reason: AbortReason): void => controller.abort(reason);

  return {
    run,
    beforeMs: state.seq === 0 ? 0 : Math.max(0, clock.wall() - state.startedAt),
    claimedAt,
    get firstTextAt() {
      return firstTextAt;
    },
    get inputTokens() {
      return inputTokens;
    },
    get stop() {
      return stop;
    },
    get isHandingOver() {
      return isHandingOver;
    },
    get signal() {
      return controller.signal;
    },
    get effectsDone() {
      return done.promise;
    },
    noteText: () => void (firstTextAt ??= clock.now()),
    noteInput: (tokens) => void (inputTokens = (inputTokens ?? 0) + tokens),
    requestStop(request) {
      stop ??= request;
      abort("stop");
    },
    handOver() {
      isHandingOver = true;
      abort("hand-over");
    },
    startNoEffects: () => void (isHandingOver = true),
    startEffect() {
      if (isHandingOver) {
        putsOff = true;
        if (effects === 0) abort("hand-over");
        return undefined;
      }
      if (effects === 0) done = Promise.withResolvers();
      effects += 1;
      let hasEnded = false;
      return () => {
        if (hasEnded) return;
        hasEnded = true;
        effects -= 1;
        if (effects === 0) done.resolve();
        if (effects === 0 && putsOff) abort("hand-over");
      };
    },
    abort,
    rearm() {
      controller = new AbortController();
      if (stop) abort("stop");
      else if (isHandingOver) abort("hand-over");
    },
  };
}
