import { newestStep, type RunState, type Step } from "./run-state.ts";
import { storedParts, upgradeParts } from "./upgrade-parts.ts";

/** A fold as any build stored it. Older ones knew one step only, the newest: they read and write `step`. */
export type StoredRun = Omit<RunState, "parts" | "steps"> & {
  parts: readonly unknown[];
  steps?: readonly Step[];
  step?: Step;
};

/**
 * A fold as it is stored: an older build that shares the store goes on from `step`, and carries `steps`
 * along.
 */
export function storedRun(state: RunState): StoredRun {
  const step = newestStep(state);
  return { ...state, parts: storedParts(state.parts), ...(step && { step }) };
}

/**
 * A fold from a stored one of any build. `step` is what the last writer knew: `steps` may be older than it.
 */
export function upgradeRun({ step, steps = [], parts, ...state }: StoredRun): RunState {
  const known = step ? steps.map((each) => (each.stepId === step.stepId ? step : each)) : steps;
  return {
    ...state,
    parts: upgradeParts(parts),
    steps: step && !known.includes(step) ? [...known, step] : known,
  };
}
