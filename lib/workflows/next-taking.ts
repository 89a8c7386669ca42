import type { PieceList } from "../protocol/piece-list.ts";
import type { WorkflowGraphStep } from "../protocol/workflow-graph.ts";
import type { SentEvent, WorkflowState } from "../protocol/workflow-state.ts";

/** What the next instance of a step would take, oldest first; undefined: it has to wait for more. */
export function nextTaking(state: WorkflowState, step: WorkflowGraphStep): readonly SentEvent[] | undefined {
  const queue = state.steps[step.name]?.queue ?? {};
  const fronts = step.accepts.flatMap((name) => (Object.hasOwn(queue, name) ? firstIn(queue[name]) : []));
  if (step.joins) return fronts.length === step.accepts.length ? fronts : undefined;
  const oldest = fronts.reduce<SentEvent | undefined>(
    (found, each) => (found && Number(found.id) < Number(each.id) ? found : each),
    undefined,
  );
  return oldest && [oldest];
}

const firstIn = (list: PieceList<SentEvent> | undefined): SentEvent[] => list?.[0]?.slice(0, 1) ?? [];
