/** What is shown of a value that changes often. */
export interface Pace<T> {
  /** `isLast`: it changes no more. */
  show(newest: T, isLast: boolean): T;
  /** How long until something newer may be shown, ms. */
  leftMs(): number;
}

/**
 * At most one value each `everyMs`: the newest there is then. The first one and the last one are shown at
 * once. `now`: ms.
 */
export function createPace<T>(everyMs: number, now: () => number): Pace<T> {
  let current: { value: T; at: number } | undefined;
  const leftMs = (): number => (current ? Math.max(0, current.at + everyMs - now()) : 0);
  return {
    show(newest, isLast) {
      if (current?.value !== newest && (isLast || leftMs() === 0)) current = { value: newest, at: now() };
      return current ? current.value : newest;
    },
    leftMs,
  };
}
