import type { Sample } from "./prometheus-text.ts";

/** How often a value was at most each of its bounds, as Prometheus counts. */
export interface Histogram {
  observe(value: number): void;
  samples(): readonly Sample[];
}

/** `bounds`: ascending; one more bucket is for what is above all of them. */
export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = [...bounds, Number.POSITIVE_INFINITY].map((bound) => ({ bound, count: 0 }));
  let sum = 0;
  return {
    observe(value) {
      const bucket = counts.find(({ bound }) => value <= bound);
      if (!bucket) return;
      bucket.count += 1;
      sum += value;
    },
    samples() {
      let below = 0;
      const buckets = counts.map(({ bound, count }): Sample => {
        below += count;
        const le = bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound);
        return { suffix: "_bucket", labels: { le }, value: below };
      });
      return [...buckets, { suffix: "_sum", value: sum }, { suffix: "_count", value: below }];
    },
  };
}
