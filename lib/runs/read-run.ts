import type { Timings, Usage } from "../protocol/run-event.ts";
import type { RunStatus } from "../protocol/run-status.ts";
import { findRun } from "./find-run.ts";
import { foldSnapshot } from "./fold-snapshot.ts";
import type { RunContext } from "./run-context.ts";

/** `GET /api/runs/:id`. `usage` and `timings` are absent while unknown. */
export interface RunView {
  runId: string;
  conversationId: string;
  status: RunStatus;
  head: number;
  usage?: Usage;
  timings?: Timings;
}

/** Where a run of this user stands. Null: not theirs, or none. */
export async function readRun(context: RunContext, runId: string, userId: string): Promise<RunView | null> {
  if (!(await findRun(context, runId, userId))) return null;
  const snapshot = await context.storage.runs.snapshot(runId);
  if (!snapshot) return null;
  const { total, ending } = foldSnapshot(snapshot);
  const { conversationId, status, head } = snapshot.run;
  const timings = ending && "timings" in ending ? ending.timings : undefined;
  return { runId, conversationId, status, head, ...(total && { usage: total }), ...(timings && { timings }) };
}
