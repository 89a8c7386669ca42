import { stopEvent, type WorkflowGraph, type WorkflowGraphStep } from "../protocol/workflow-graph.ts";
import { isKindOf, isWorkflowName } from "./define-event.ts";
import { retryFaults } from "./retry-policy.ts";
import { eventKinds, type GraphParts, workflowGraph } from "./workflow-graph.ts";

/** All that is wrong with a workflow, a sentence each; none: it can be run. */
export function graphFaults(parts: GraphParts): string[] {
  const graph = workflowGraph(parts);
  return [
    ...nameFaults(parts),
    ...twoOfOneName(parts),
    ...Object.entries(parts.steps).flatMap(([name, { concurrency, timeout, retry }]) =>
      [
        ...(Number.isSafeInteger(concurrency) && concurrency >= 1
          ? []
          : ["has a concurrency that is no whole number from 1"]),
        ...(timeout === undefined || timeout > 0 ? [] : ["has a timeout that is not more than 0"]),
        ...(retry ? retryFaults(retry) : []),
      ].map((fault) => `the step ${name} ${fault}`),
    ),
    ...unmadeEvents(parts, graph),
    ...edgeFaults(graph),
    ...pathFaults(graph),
  ];
}

const nameFaults = ({ name, steps }: GraphParts): string[] => [
  ...(isWorkflowName(name) ? [] : [`a workflow's name has 1 to 40 of A-Z, a-z, 0-9, _ and -: ${name}`]),
  ...Object.keys(steps)
    .filter((each) => !isWorkflowName(each))
    .map((each) => `a step's name has 1 to 40 of A-Z, a-z, 0-9, _ and -: ${each}`),
];

/** Which of them is meant, nobody could say of a log. */
function twoOfOneName(parts: GraphParts): string[] {
  const names = eventKinds(parts).map(({ name }) => name);
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))].map(
    (name) => `two events have the name ${name}`,
  );
}

/** What a step accepts and nobody makes, nor anything that stands for it. */
function unmadeEvents(parts: GraphParts, { input, steps, outside }: WorkflowGraph): string[] {
  const made = new Set([input, ...outside, ...steps.flatMap(({ emits }) => emits)]);
  const kinds = eventKinds(parts).filter(({ name }) => made.has(name));
  return Object.entries(parts.steps).flatMap(([name, { accepts, isJoin }]) =>
    accepts
      .filter((kind) => kind.name !== stopEvent)
      .filter((kind) => !kinds.some((other) => (isJoin ? other === kind : isKindOf(other, kind))))
      .map((kind) => `the step ${name} accepts ${kind.name}, which nobody makes`),
  );
}

/** Events that nobody takes; steps that take nothing, or one thing twice. */
function edgeFaults({ input, steps, outside }: WorkflowGraph): string[] {
  const taken = new Set(steps.flatMap(({ accepts, waitsFor = [] }) => [...accepts, ...waitsFor]));
  return [
    ...(taken.has(input) ? [] : [`no step accepts the input ${input}`]),
    ...(steps.some(({ emits }) => emits.includes(stopEvent)) ? [] : ["no step emits stop: it has no end"]),
    ...steps.flatMap((step) => [
      ...(step.accepts.length === 0 ? [`the step ${step.name} accepts nothing`] : []),
      ...(step.accepts.includes(stopEvent) ? [`the step ${step.name} accepts stop, which ends the run`] : []),
      ...step.accepts
        .filter((name, at) => step.accepts.indexOf(name) !== at)
        .map((name) => `the step ${step.name} accepts ${name} twice`),
      ...step.emits
        .filter((name) => name !== stopEvent && !taken.has(name))
        .map((name) => `the step ${step.name} emits ${name}, which nobody takes`),
      ...(step.waitsFor ?? [])
        .filter((name) => !outside.includes(name))
        .map((name) => `the step ${step.name} waits for ${name}, which does not come from outside`),
    ]),
  ];
}

/** Steps that no run comes to, and a start from which none comes to an end. */
function pathFaults({ input, steps, outside }: WorkflowGraph): string[] {
  const known = new Set([input, ...outside]);
  const reached = new Set<WorkflowGraphStep>();
  for (let isMore = true; isMore; ) {
    const next = steps.filter((step) => !reached.has(step) && isReached(step, known));
    for (const step of next) {
      reached.add(step);
      for (const name of step.emits) known.add(name);
    }
    isMore = next.length > 0;
  }
  const lost = steps.filter((step) => !reached.has(step));
  const hasEnd = steps.some(({ emits }) => emits.includes(stopEvent));
  return [
    ...lost.map(({ name }) => `the step ${name} is never reached`),
    ...(hasEnd && !known.has(stopEvent) ? [`no way leads from ${input} to stop`] : []),
  ];
}

const isReached = ({ accepts, joins }: WorkflowGraphStep, known: ReadonlySet<string>): boolean =>
  joins ? accepts.every((name) => known.has(name)) : accepts.some((name) => known.has(name));
