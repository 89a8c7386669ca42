import { countItems } from "../protocol/piece-list.ts";
import type { SentEvent, WorkflowStepState } from "../protocol/workflow-state.ts";
import { type EventKind, isKindOf } from "./define-event.ts";
import { compareOrder } from "./event-order.ts";

/** One of each of several types, or so many of one. */
export type WantedEvents = { kinds: readonly EventKind[] } | { kind: EventKind; count: number };

export const countOf = (wanted: WantedEvents): number =>
  "kinds" in wanted ? wanted.kinds.length : wanted.count;

/**
 * One event for each of `wanted`, in their order: of those that the step has kept and those that its instance
 * took. Undefined: not all of them are there. `used`: what was collected before.
 */
export function collectEvents(
  wanted: WantedEvents,
  step: WorkflowStepState,
  given: {
    taken: readonly SentEvent[];
    used: ReadonlySet<string>;
    kindOf(name: string): EventKind | undefined;
  },
): SentEvent[] | undefined {
  const { taken, used, kindOf } = given;
  // Asked by each of 10,000 instances: most of them come too early, and look at nothing.
  if (countItems(step.kept) + taken.length < countOf(wanted)) return undefined;
  const left = [...step.kept.flat(), ...taken].filter(({ id }) => !used.has(id)).toSorted(compareOrder);
  const queues = new Map<EventKind, SentEvent[]>();
  const isOf = (event: SentEvent, kind: EventKind): boolean => {
    const own = kindOf(event.name);
    return own !== undefined && isKindOf(own, kind);
  };
  const found = new Set<SentEvent>();
  const kinds = "kinds" in wanted ? wanted.kinds : Array.from({ length: wanted.count }, () => wanted.kind);
  const collected = kinds.map((kind) => {
    const queue = queues.get(kind) ?? left.filter((event) => isOf(event, kind)).toReversed();
    queues.set(kind, queue);
    let next = queue.pop();
    while (next && found.has(next)) next = queue.pop();
    if (next) found.add(next);
    return next;
  });
  return collected.every((event) => event !== undefined) ? collected : undefined;
}
