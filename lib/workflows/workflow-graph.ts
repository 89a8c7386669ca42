import { stopEvent, type WorkflowGraph } from "../protocol/workflow-graph.ts";
import { type EventKind, isKindOf, stop } from "./define-event.ts";
import type { WorkflowStep } from "./define-step.ts";

/** What a graph is made of. */
export interface GraphParts {
  name: string;
  input: EventKind;
  steps: Readonly<Record<string, WorkflowStep>>;
}

/** The graph of a workflow, from the types of its steps alone. */
export function workflowGraph({ name, input, steps }: GraphParts): WorkflowGraph {
  const kinds = eventKinds({ name, input, steps });
  return {
    ...{ name, input: input.name },
    steps: Object.entries(steps).map(([id, { accepts, isJoin, emits, waitsFor, concurrency }]) => ({
      name: id,
      accepts: isJoin ? accepts.map((kind) => kind.name) : acceptedNames(accepts, kinds),
      ...(isJoin && { joins: true as const }),
      emits: eventNames(emits),
      ...(waitsFor.length > 0 && { waitsFor: eventNames(waitsFor) }),
      concurrency,
    })),
    events: [...eventNames(kinds).filter((each) => each !== stopEvent), stopEvent],
    outside: eventNames(kinds.filter(({ isOutside }) => isOutside)),
  };
}

/** Every type of event that it names, each once; bases that nobody sends are none of them. */
export function eventKinds({ input, steps }: GraphParts): EventKind[] {
  const all = Object.values(steps).flatMap(({ accepts, emits, waitsFor }) => [
    ...accepts,
    ...emits,
    ...waitsFor,
  ]);
  return [...new Set([input, ...all, stop])];
}

/** With those that stand for one of them. */
const acceptedNames = (accepts: readonly EventKind[], kinds: readonly EventKind[]): string[] =>
  eventNames(kinds.filter((kind) => accepts.some((accepted) => isKindOf(kind, accepted))));

const eventNames = (kinds: readonly EventKind[]): string[] => [...new Set(kinds.map(({ name }) => name))];
