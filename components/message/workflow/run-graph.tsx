"use client";

import type { ReactElement } from "react";
import type { Ending } from "#lib/protocol/message.ts";
import type { WorkflowSummary } from "#lib/protocol/workflow-summary.ts";
import { useRunDrawing } from "./use-run-drawing.ts";
import { useWorkflowWords } from "./use-workflow-words.ts";
import { WorkflowDrawing } from "./workflow-drawing.tsx";

interface RunGraphProps {
  runId: string;
  workflow: WorkflowSummary;
  /** How the run ended; undefined: it goes on. */
  ending: Ending | undefined;
  /** Of its newest event, server ms. */
  lastAt: number;
}

/** The drawing of the workflow that writes a run, and where that stands. */
export function RunGraph({ runId, workflow, ending, lastAt }: RunGraphProps): ReactElement {
  const t = useWorkflowWords();
  const { drawing, isFailed, again } = useRunDrawing(runId, workflow.definitionHash);
  const isLive = ending === undefined;
  if (drawing) return <WorkflowDrawing {...drawing} {...{ workflow, isLive, ending, lastAt }} />;
  return (
    <p className="note">
      {t(isFailed ? "failed" : "loading")}{" "}
      {isFailed && (
        <button type="button" className="link" onClick={again}>
          {t("again")}
        </button>
      )}
    </p>
  );
}
