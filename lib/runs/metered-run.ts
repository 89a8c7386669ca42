import type { LeftRun, RunMeter } from "../metrics/run-meter.ts";
import type { RunState } from "../protocol/run-state.ts";
import { endedStatus } from "../protocol/run-status.ts";
import type { RunMeta } from "../storage/run-store.ts";
import type { Drive } from "./run-producer.ts";

/** How this process came to drive a run no longer. */
export type DriveResult = "ended" | "suspended" | "lost";

/** How it came to drive a run whose log is folded to `state`. */
export function beganHow(
  { continuations }: Pick<RunMeta, "continuations">,
  { seq }: Pick<RunState, "seq">,
): Parameters<RunMeter["began"]>[0] {
  if (continuations > 0) return "taken-over";
  return seq === 0 ? "started" : "resumed";
}

/** What is counted of a run that is driven here no longer. */
export function leftRun(
  { driven, writer: { state } }: Pick<Drive, "driven" | "writer">,
  result: DriveResult,
): LeftRun {
  const { beforeMs, claimedAt, firstTextAt, signal, stop } = driven;
  const { ending, total } = state;
  // Of one that was begun elsewhere, the first text may have been written there.
  const firstDelta =
    firstTextAt !== undefined && beforeMs === 0 ? { firstDeltaMs: firstTextAt - claimedAt } : {};
  if (result === "lost" || (result === "ended" && !ending)) return { state: "lost", ...firstDelta };
  if (result === "suspended" || !ending)
    return { state: signal.reason === "waiting" ? "waiting" : "handed-over", ...firstDelta };
  return {
    state: endedStatus(ending.type),
    ...firstDelta,
    ...(ending.type === "error" && { code: ending.code }),
    ...(stop && { stopBy: stop.by }),
    durationMs: state.lastAt - state.startedAt,
    ...(total && { usage: total }),
  };
}
