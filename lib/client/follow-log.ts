import type { RunState } from "../protocol/run-state.ts";
import type { ClientEnvironment } from "./environment.ts";
import { type ConnectionOptions, readConnection } from "./read-connection.ts";
import { decideNext, type FinalResult, type ReaderProgress } from "./reader-rule.ts";

export interface FollowOptions extends ConnectionOptions {
  environment: ClientEnvironment;
  /** Where to go on: the fold so far. */
  state: RunState;
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
    const read = await readConnection(options, state, !progress.isAcknowledged);
    state = read.state;
    const { isAcknowledged } = read;
    const next = decideNext({ ...progress, isAcknowledged }, read.result, state.seq, environment.random);
    if (next.type !== "connect") return { ...next, run: state };
    progress = next.progress;
    if (next.inMs === undefined) continue;
    options.onConnection({ type: "waiting", attempt: progress.attempts, inMs: next.inMs });
    await environment.pause(next.inMs, signal);
  }
  return { type: "closed", run: state };
}
