import type { Sample } from "./prometheus-text.ts";

/** Counts by the values of one label. */
export interface Counter {
  add(value: string, by?: number): void;
  samples(): readonly Sample[];
}

/** A value that is not known beforehand is counted as this: what others wrote becomes no label. */
const other = "other";

export function createCounter(label: string, values: readonly string[]): Counter {
  const counts = new Map(values.map((value) => [value, 0]));
  return {
    add(value, by = 1) {
      const counted = counts.has(value) ? value : other;
      counts.set(counted, (counts.get(counted) ?? 0) + by);
    },
    samples: () => [...counts].map(([value, count]) => ({ labels: { [label]: value }, value: count })),
  };
}
