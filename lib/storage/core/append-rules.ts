import type { RunEvent } from "../../protocol/run-event.ts";
import { isEnded, type RunStatus } from "../../protocol/run-status.ts";
import type { AppendResult, Lease } from "../run-store.ts";
import { holdsLease } from "./lease-rules.ts";

/** What the rules need to know of a run's record. */
export interface LogHead {
  status: RunStatus;
  epoch: number;
  token: string | null;
  head: number;
}

/**
 * Whether the events may join the log: the checks of docs/protocol.md 5.1, in this order. `run` undefined:
 * there is no such run.
 *
 * A1  Another epoch or token: `fenced`, whatever else is wrong.
 * A2  Events that are in the log already are skipped and never changed; if none is left: `dup`.
 * A3  The run has ended: `closed`.
 * A4  The rest must follow the head without a gap: `gap`.
 */
export function judgeAppend(
  run: LogHead | undefined,
  lease: Lease,
  events: readonly RunEvent[],
): "ok" | "dup" | "fenced" | "closed" | "gap" {
  if (!run || !holdsLease(run, lease)) return "fenced";
  const added = newEvents(run, events);
  if (added.length === 0) return "dup";
  if (isEnded(run.status)) return "closed";
  return added.every((event, index) => event.seq === run.head + 1 + index) ? "ok" : "gap";
}

/**
 * Whether the events, the last of them terminal, may end the run.
 *
 * A5  A terminal event that is skipped as known although the run goes on: the log holds something else in its
 *     place, `gap`. The writer must not believe that the run has ended.
 * A6  After a stop request only `abort` ends the run (5.6): `stopping`.
 */
export function judgeFinish(
  run: (LogHead & { isStopRequested: boolean }) | undefined,
  lease: Lease,
  events: readonly RunEvent[],
): AppendResult["kind"] {
  const kind = judgeAppend(run, lease, events);
  if (run && kind === "dup" && !isEnded(run.status)) return "gap";
  return kind === "ok" && run?.isStopRequested && events.at(-1)?.type !== "abort" ? "stopping" : kind;
}

/** Those that are not in the log yet. */
export const newEvents = (run: Pick<LogHead, "head">, events: readonly RunEvent[]): RunEvent[] =>
  events.filter((event) => event.seq > run.head);

/**
 * What takeovers in a row are counted from (5.3): new text, a tool, the end of a step, of a workflow's too.
 * Thoughts are none: they are thought anew each time.
 */
const progress: ReadonlySet<RunEvent["type"]> = new Set([
  "text-delta",
  "refusal-delta",
  "tool-start",
  "tool-output-available",
  "tool-output-error",
  "finish-step",
]);

/** Whether a run got on with the event: the holders that crashed before it are not counted any more. */
export const isProgress = (event: RunEvent): boolean =>
  progress.has(event.type) || (event.type === "workflow-step" && event.state === "done");
