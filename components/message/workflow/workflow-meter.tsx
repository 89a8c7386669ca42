import type { ReactElement } from "react";
import type { RunProgress } from "#lib/protocol/workflow-state.ts";
import type { WorkflowSummary } from "#lib/protocol/workflow-summary.ts";
import { doneOf, stepsDone } from "./steps-done.ts";
import { useWorkflowWords } from "./use-workflow-words.ts";

interface WorkflowMeterProps {
  workflow: WorkflowSummary;
  progress: RunProgress | undefined;
}

/** How far the run says that it is, where it knows the whole; else how many of its steps are done. */
export function WorkflowMeter({ workflow, progress }: WorkflowMeterProps): ReactElement {
  const t = useWorkflowWords();
  const { n, all } = doneOf(workflow);
  const reported = progress?.progress !== undefined && progress.total !== undefined ? progress : undefined;
  const share = reported ? (reported.progress ?? 0) / (reported.total || 1) : n / (all || 1);
  const words = reported
    ? t("progress", { n: reported.progress ?? 0, all: reported.total ?? 0 })
    : stepsDone(t, workflow);
  return (
    <div className="progress">
      <progress className="meter" max={1} value={Math.min(1, Math.max(0, share))} aria-label={words} />
      <p className="lab">
        <span className="n">{words}</span>
      </p>
    </div>
  );
}
