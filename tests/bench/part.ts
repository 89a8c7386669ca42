import type { Contender, ContenderName, Surroundings } from "./contenders.ts";

/** How much is measured: `--quick` shows that everything works, not what it costs. */
export interface Depth extends Surroundings {
  runs: number;
  quick: boolean;
}

/** `first` divided by `second` must not be above (or below) `limit`; without a second, the figure itself. */
export interface Goal {
  first: ContenderName;
  second?: ContenderName;
  /** Added to the second's figure before the two are compared. */
  plus?: number;
  max?: number;
  min?: number;
}

/** One figure, measured on each contender in turn. */
export interface Part {
  name: string;
  title: string;
  unit: string;
  contenders: readonly ContenderName[];
  /** A new process for each measurement. */
  fresh?: boolean;
  /** Once for each contender, all at the same time, before the first measurement. */
  prepare?(contender: Contender, depth: Depth): Promise<void>;
  measure(contender: Contender, depth: Depth): Promise<number>;
  /** What is taken from every figure: the same measured without any server. */
  direct?(depth: Depth): Promise<number>;
  goals: readonly Goal[];
}

export const median = (values: readonly number[]): number =>
  values.toSorted((x, y) => x - y)[Math.floor(values.length / 2)] ?? Number.NaN;

export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((x, y) => x - y)[Math.floor(values.length * share)] ?? Number.NaN;
