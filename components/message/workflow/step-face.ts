import type { StepSummary } from "#lib/protocol/workflow-summary.ts";
import type { ToolIconName } from "../tools/tool-icon.tsx";
import type { CutState } from "./cut-state.ts";

export type StepState = "idle" | "queued" | "running" | "waiting" | "retrying" | "done" | CutState;

/** How a step of a workflow looks: a glyph, the colour of its word, and how its box is drawn. */
export interface StepFace {
  state: StepState;
  icon: ToolIconName | undefined;
  color: "" | "run" | "ask" | "err";
  /** How far it has come, where it has more than one thing to do. */
  count?: { n: number; all: number };
}

const stepLooks: Readonly<Record<StepState, Pick<StepFace, "icon" | "color">>> = {
  idle: { icon: undefined, color: "" },
  queued: { icon: "queued", color: "" },
  running: { icon: "running", color: "run" },
  waiting: { icon: "ask", color: "ask" },
  retrying: { icon: "again", color: "run" },
  done: { icon: "done", color: "" },
  failed: { icon: "failed", color: "err" },
  cancelled: { icon: "stop", color: "" },
  unneeded: { icon: "stop", color: "" },
  cut: { icon: "stop", color: "" },
  late: { icon: "failed", color: "err" },
};

/**
 * `isLive`: its run still goes on. Undefined: nothing is known of the step. `cut`: what became of those of
 * its instances that were ended with the run.
 */
export function stepFace(
  step: StepSummary | undefined,
  isLive: boolean,
  cut: CutState = "cancelled",
): StepFace {
  const state = step ? shownStepState(step, isLive, cut) : "idle";
  const count = step && shownCount(step);
  return { state, ...stepLooks[state], ...(count && { count }) };
}

function shownStepState(
  { open, failed, queued, done, cancelled }: StepSummary,
  isLive: boolean,
  cut: CutState,
): StepState {
  if (open && isLive) {
    if (open.running > 0) return "running";
    return open.waiting > 0 ? "waiting" : "retrying";
  }
  if (failed > 0) return "failed";
  if (cancelled > 0 || open) return cut;
  if (queued > 0 && isLive) return "queued";
  return done > 0 ? "done" : "idle";
}

/** What its one instance says of itself, or how many of its instances have come to their end. */
function shownCount({ progress, begun, done, queued }: StepSummary): StepFace["count"] {
  const all = begun + queued;
  if (all > 1) return { n: done, all };
  if (progress?.total === undefined || progress.progress === undefined) return undefined;
  return { n: toHundredths(progress.progress), all: toHundredths(progress.total) };
}

const toHundredths = (n: number): number => Math.round(n * 100) / 100;
