/**
 * Stands in for two parts of Next's own script that no page of ours uses (next.config.mjs): server actions,
 * of which there are none, and what browsers lack that are too old for our styles anyway.
 */
export function serverActionReducer(): never {
  throw new Error("there are no server actions");
}
