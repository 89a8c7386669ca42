import { objectIn } from "../agents/output/object-in.ts";
import { answerText } from "../protocol/answer-text.ts";
import type { Timings, Usage } from "../protocol/run-event.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { RunStatus } from "../protocol/run-status.ts";
import type { RunProgress } from "../protocol/workflow-state.ts";
import { awaitedEvents } from "./awaited-events.ts";
import { findRun } from "./find-run.ts";
import { foldSnapshot } from "./fold-snapshot.ts";
import type { RunContext } from "./run-context.ts";

/** `GET /api/runs/:id`. What is not known, or not there, is absent. */
export interface RunView {
  runId: string;
  conversationId: string;
  status: RunStatus;
  head: number;
  usage?: Usage;
  timings?: Timings;
  /** The newest that it said of how far it is. */
  progress?: RunProgress;
  /** The names of the events from outside that it waits for. */
  awaits?: readonly string[];
  /** Of one that has finished: its text, and the value of its object. */
  result?: { text?: string; value?: unknown };
}

/** Where a run of this user stands. Null: not theirs, or none. */
export async function readRun(context: RunContext, runId: string, userId: string): Promise<RunView | null> {
  if (!(await findRun(context, runId, userId))) return null;
  const snapshot = await context.storage.runs.snapshot(runId);
  if (!snapshot) return null;
  const state = foldSnapshot(snapshot);
  const { total, ending, progress } = state;
  const { conversationId, status, head } = snapshot.run;
  const timings = ending && "timings" in ending ? ending.timings : undefined;
  const awaits = awaitedEvents(state);
  return {
    ...{ runId, conversationId, status, head },
    ...(total && { usage: total }),
    ...(timings && { timings }),
    ...(progress && { progress }),
    ...(awaits.length > 0 && { awaits }),
    ...(ending?.type === "finish" && { result: finishedResult(state) }),
  };
}

function finishedResult(state: RunState): NonNullable<RunView["result"]> {
  const text = answerText(state.parts);
  const object = objectIn(state);
  return { ...(text !== "" && { text }), ...(object && { value: object.value }) };
}
