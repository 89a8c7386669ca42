import type { WorkflowSummary } from "#lib/protocol/workflow-summary.ts";
import type { WorkflowWords } from "./use-workflow-words.ts";

/** How many of the steps have come to an end, in words. */
export const stepsDone = (t: WorkflowWords, workflow: WorkflowSummary): string =>
  t("run.steps", doneOf(workflow));

/** How many of the steps have come to an end, and how many there are. */
export function doneOf({ steps }: WorkflowSummary): { n: number; all: number } {
  const all = Object.values(steps);
  return { n: all.filter(({ done }) => done > 0).length, all: all.length };
}
