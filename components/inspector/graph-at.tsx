import { type ReactElement, useMemo } from "react";
import type { Inspection } from "#lib/client/inspector/inspection.ts";
import { summarizeWorkflow } from "#lib/protocol/workflow-summary.ts";
import { RunGraph } from "../message/workflow/run-graph.tsx";
import { StillTime } from "../ui/still-time.ts";

interface GraphAtProps {
  inspection: Inspection;
  runId: string;
  seq: number;
}

/** The drawing of the workflow that wrote the run, as it was lit at an event. */
export function GraphAt({ inspection, runId, seq }: GraphAtProps): ReactElement | null {
  const { log, head, phase } = inspection;
  // Its first event says which workflow it is; before that there is none.
  const state = log.stateAt(Math.max(seq, 2));
  const workflow = useMemo(() => state.workflow && summarizeWorkflow(state.workflow), [state.workflow]);
  if (!workflow) return null;
  return (
    <StillTime value={phase !== "live" || seq < head}>
      <RunGraph {...{ runId, workflow }} ending={state.ending} lastAt={state.lastAt} />
    </StillTime>
  );
}
