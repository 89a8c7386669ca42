import { countItems } from "../protocol/piece-list.ts";
import type { WorkflowGraph } from "../protocol/workflow-graph.ts";
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
  return [...new Set(faults.length > 0 ? faults : otherTakings(graph, state))];
}

/** Steps that do not take what is under way as it was sent: they would miss it, or take it otherwise. */
function otherTakings(graph: WorkflowGraph, { graph: sentBy, open, steps }: WorkflowState): string[] {
  const before = new Map(sentBy.steps.map((step) => [step.name, step]));
  const underWay = new Set([
    ...open.flatMap(({ events }) => events.map(({ name }) => name)),
    ...Object.values(steps).flatMap(({ queue, kept }) => [
      ...Object.values(queue).flatMap((list) => list.flat().map(({ name }) => name)),
      ...kept.flat().map(({ name }) => name),
    ]),
  ]);
  return graph.steps.flatMap(({ name, accepts, joins = false }) => {
    const known = before.get(name);
    const taken = accepts.filter((event) => underWay.has(event));
    const missed = taken.filter((event) => known?.accepts.includes(event) !== true);
    const isOtherwise = known && taken.length > 0 && (known.joins ?? false) !== joins;
    return [
      ...missed.map((event) => `the step ${name} accepts ${event} now, which was sent before it did`),
      ...(isOtherwise ? [`the step ${name} takes its events ${joins ? "together" : "one by one"} now`] : []),
    ];
  });
}
