import { countItems } from "../protocol/piece-list.ts";
import type { WorkflowState } from "../protocol/workflow-state.ts";
import type { Workflow } from "./define-workflow.ts";

/**
 * Why a workflow, as it is defined now, cannot go on with a run that an earlier definition began, a sentence
 * each: something that is open or waits would be lost. None: it can.
 */
export function fitFaults({ graph, definitionHash }: Workflow, state: WorkflowState): string[] {
  if (state.definitionHash === definitionHash) return [];
  const acceptedBy = new Map(graph.steps.map(({ name, accepts }) => [name, new Set(accepts)]));
  const missing = (step: string, events: readonly string[]): string[] => {
    const accepted = acceptedBy.get(step);
    if (!accepted) return [`the step ${step} is there no longer`];
    return events.flatMap((event) =>
      accepted.has(event) ? [] : [`the step ${step} accepts ${event} no longer`],
    );
  };
  const faults = [
    ...state.open.flatMap(({ step, events }) =>
      missing(
        step,
        events.map(({ name }) => name),
      ),
    ),
    ...Object.entries(state.steps).flatMap(([step, { queue, kept }]) => {
      const waiting = Object.keys(queue).filter((name) => countItems(queue[name] ?? []) > 0);
      return waiting.length > 0 || kept.length > 0 ? missing(step, waiting) : [];
    }),
  ];
  return [...new Set(faults)];
}
