import { stopEvent, type WorkflowGraph } from "../protocol/workflow-graph.ts";

/** An event on its way from one node of a drawing to another; `from` and `to` are their ids. */
export interface GraphLine {
  event: string;
  from: string;
  to: string;
}

/** The ids of what is no step. */
export const startNode = "start";
export const stopNode = "stop";
export const outsideNode = "outside";

/** The id of a step, which may have any name. */
export const stepNode = (step: string): string => `step/${step}`;

/** Every way that an event can go, once, in the order of the steps that send it. */
export const graphLines = (graph: WorkflowGraph): GraphLine[] => [
  ...new Map(allLines(graph).map((line) => [`${line.from} ${line.event} ${line.to}`, line])).values(),
];

/** A step may take an event from outside, and wait for it too. */
function allLines({ input, steps, outside }: WorkflowGraph): GraphLine[] {
  const to = (event: string, from: string): GraphLine[] =>
    event === stopEvent
      ? [{ event, from, to: stopNode }]
      : steps
          .filter(({ accepts }) => accepts.includes(event))
          .map(({ name }) => ({ event, from, to: stepNode(name) }));
  const waits = steps.flatMap(({ name, waitsFor = [] }) =>
    waitsFor.map((event) => ({ event, from: outsideNode, to: stepNode(name) })),
  );
  return [
    ...to(input, startNode),
    ...outside.filter((event) => event !== input).flatMap((event) => to(event, outsideNode)),
    ...waits,
    ...steps.flatMap(({ name, emits }) => emits.flatMap((event) => to(event, stepNode(name)))),
  ];
}
