import type { RunState } from "../protocol/run-state.ts";
import type { ClientEnvironment } from "./environment.ts";
import { mayHaveArrived } from "./problem.ts";
import { type ConnectionEnd, type ConnectionOptions, readConnection } from "./read-connection.ts";
import { decideNext, type FinalResult, type ReaderDecision, type ReaderProgress } from "./reader-rule.ts";

export interface FollowOptions extends ConnectionOptions {
  environment: ClientEnvironment;
  /** Where to go on: the fold so far. */
  state: RunState;
  /** How far the run was read elsewhere; absent until it is known that the server has it. */
  known?(): RunState | undefined;
  /** Whether the server has the run, by a short request. */
  isKnown?(): Promise<boolean>;
}

/** Why following ended, and the fold so far. `closed`: the signal. */
export type FollowEnd = (FinalResult | { type: "closed" }) & { run: RunState };

/**
 * Follows one run by the reader's rule (docs/protocol.md §4) until its terminal event: applies each seq once,
 * drops repeats, asks again at a gap and after a cut, and never guesses. An end of file without a terminal
 * event is never success.
 */
export async function followLog(options: FollowOptions): Promise<FollowEnd> {
  const { environment, signal } = options;
  let state = options.state;
  let progress: ReaderProgress = {
    seq: state.seq,
    isAcknowledged: options.start === undefined,
    attempts: 0,
    gapAt: undefined,
  };
  while (!signal.aborted) {
    const known = options.known?.();
    if (known) progress = { ...progress, isAcknowledged: true };
    if (known && known.seq > state.seq) state = known;
    const read = await readInSlot(options, state, !progress.isAcknowledged);
    state = read.state;
    const { isAcknowledged, result } = read;
    const next = decideNext({ ...progress, isAcknowledged }, result, state.seq, environment.random);
    if (!isAcknowledged && (await hasArrived(options, next))) {
      options.onAcknowledged?.();
      progress = { ...progress, isAcknowledged: true, attempts: 0 };
      continue;
    }
    if (next.type !== "connect") return { ...next, run: state };
    progress = next.progress;
    if (next.inMs === undefined) continue;
    const { isSilent, isRefused } = result.type === "cut" ? result : {};
    const { attempts: attempt } = progress;
    options.onConnection({
      ...{ type: "waiting", attempt, inMs: next.inMs },
      ...(isSilent && { isSilent }),
      ...(isRefused && { isRefused }),
    });
    await environment.pause(next.inMs, signal);
  }
  return { type: "closed", run: state };
}

/** How often a window without a stream looks whether another has closed its own. */
const slotWaitMs = 1000;

/**
 * One connection, with a slot for its stream: without one, a start is sent alone, and a stream waits for its
 * turn.
 */
async function readInSlot(options: FollowOptions, from: RunState, isStart: boolean): Promise<ConnectionEnd> {
  const { environment, signal, onConnection } = options;
  const { slots, pause } = environment;
  let release = await slots.take();
  if (!release && isStart) return readConnection(options, from, "start-only");
  if (!release) onConnection({ type: "crowded" });
  while (!release && !signal.aborted) {
    await pause(slotWaitMs, signal);
    release = await slots.take();
  }
  return readConnection(options, from, isStart ? "start" : "resume").finally(release);
}

/** A start without a response may have arrived all the same: the server is asked before it is given up. */
async function hasArrived({ isKnown, signal }: FollowOptions, next: ReaderDecision): Promise<boolean> {
  if (next.type !== "refused" || !mayHaveArrived(next.problem) || signal.aborted) return false;
  return (await isKnown?.()) ?? false;
}
