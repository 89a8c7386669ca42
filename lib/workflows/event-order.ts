import type { SentEvent } from "../protocol/workflow-state.ts";

type Order = readonly number[];

/**
 * Where what an instance sends stands: where what it took does, and one number more for each of several. What
 * joins stands where all that it took begins.
 */
export function ordersOf(taken: readonly SentEvent[], count: number): (Order | undefined)[] {
  const base = taken.map(({ order = [] }) => order).reduce(sharedOrder, taken[0]?.order ?? []);
  return Array.from({ length: count }, (_, at) => {
    const order = count > 1 ? [...base, at] : base;
    return order.length > 0 ? order : undefined;
  });
}

function sharedOrder(one: Order, other: Order): Order {
  const differs = one.findIndex((number, at) => other[at] !== number);
  return differs === -1 ? one : one.slice(0, differs);
}

/** By what they were made of, and then as they were sent. */
export function compareOrder(one: SentEvent, other: SentEvent): number {
  const [first, second] = [one.order ?? [], other.order ?? []];
  for (let at = 0; at < Math.min(first.length, second.length); at += 1) {
    const difference = (first[at] ?? 0) - (second[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return first.length - second.length || Number(one.id) - Number(other.id);
}
