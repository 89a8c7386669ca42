import { noConnection, type Problem } from "./problem.ts";

/**
 * What one connection to a run's log came to. `started`: the server has the run, and sent no stream. `gap`:
 * an event after the cursor was missing. `cut`: it ended early, failed or was put off.
 */
export type ConnectionResult =
  | FinalResult
  | { type: "started" | "gap" }
  /**
   * `isSilent`: it was given up, because it had no byte for 25 s. `isRefused`: the server answered, and
   * gives no stream now.
   */
  | CutConnection;

export interface CutConnection {
  type: "cut";
  retryAfterMs?: number | undefined;
  problem?: Problem;
  isSilent?: true;
  isRefused?: true;
}

/**
 * After which nothing is asked again. `run-ended`: the terminal event was seen. `snapshot-needed`: the log
 * cannot be read on from the cursor. `refused`: asking again would not help.
 */
export type FinalResult = { type: "run-ended" | "snapshot-needed" } | { type: "refused"; problem: Problem };

/** What a reader knows between two connections. */
export interface ReaderProgress {
  /** The newest event that was applied. */
  seq: number;
  /** The server has the run: its start is not sent again. */
  isAcknowledged: boolean;
  /** Connections that failed since the last event. */
  attempts: number;
  /** The newest event before a gap on the last connection. */
  gapAt: number | undefined;
}

/** What a reader does after a connection: it ends, or connects again, after `inMs` or at once. */
export type ReaderDecision = FinalResult | { type: "connect"; inMs?: number; progress: ReaderProgress };

const minBackoffMs = 250;
const maxBackoffMs = 8000;
/** How often a start that gets no answer is sent, under the same run id, before it counts as refused. */
const maxStartAttempts = 4;

/**
 * The reader's rule (docs/protocol.md §4) after a connection that came to `result`. `progress` is that of
 * before it, `seq` the newest event now. `random`: 0 to 1, for full jitter.
 */
export function decideNext(
  progress: ReaderProgress,
  result: ConnectionResult,
  seq: number,
  random: () => number,
): ReaderDecision {
  const attempts = seq > progress.seq ? 0 : progress.attempts;
  switch (result.type) {
    case "started":
      return { type: "connect", progress };
    case "gap":
      // Once more from the server's log; if the same event is missing there too, the snapshot has it.
      if (progress.gapAt === seq) return { type: "snapshot-needed" };
      return { type: "connect", progress: { ...progress, seq, attempts, gapAt: seq } };
    case "cut":
      if (!progress.isAcknowledged && attempts >= maxStartAttempts - 1)
        return { type: "refused", problem: result.problem ?? noConnection };
      return {
        type: "connect",
        inMs: result.retryAfterMs ?? random() * Math.min(maxBackoffMs, minBackoffMs * 2 ** attempts),
        progress: { ...progress, seq, attempts: attempts + 1 },
      };
    default:
      return result;
  }
}

/** What an answer in place of the stream means (docs/protocol.md §4). `isStart`: it was the run's POST. */
export function judgeProblem(problem: Problem, isStart: boolean): ConnectionResult {
  if (problem.code === "log_gone") return { type: "snapshot-needed" };
  const mayPass = (problem.status === 429 || problem.status >= 500) && problem.code !== "record_damaged";
  // As one without an answer: the same run id is the same run, if there is one.
  if (isStart && problem.code === "start_unknown")
    return { type: "cut", retryAfterMs: problem.retryAfterMs, problem };
  // A refused start is told at once: nothing is under way that would have to be waited for.
  if (isStart || !mayPass) return { type: "refused", problem };
  return { type: "cut", retryAfterMs: problem.retryAfterMs, isRefused: true };
}
