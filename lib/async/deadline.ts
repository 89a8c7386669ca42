/** A time limit that can be moved. */
export interface Deadline {
  /** Expires `ms` from now, instead of when it was set to before. */
  set(ms: number): void;
  /** Does not expire until it is set again. A timer may be left. */
  clear(): void;
  /** The same, and no timer is left. */
  close(): void;
}

/**
 * Calls `onExpired` once for each deadline that passes. Made for limits that move with every delta: setting
 * one reads the clock and leaves the running timer alone, which looks again when it fires. Keeps no process
 * alive.
 */
export function createDeadline(onExpired: () => void): Deadline {
  let dueAt = Number.POSITIVE_INFINITY;
  let firesAt = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  function arm(ms: number): void {
    clearTimeout(timer);
    firesAt = performance.now() + ms;
    timer = setTimeout(fire, ms);
    timer.unref();
  }

  function fire(): void {
    firesAt = Number.POSITIVE_INFINITY;
    if (dueAt === Number.POSITIVE_INFINITY) return;
    const left = dueAt - performance.now();
    if (left > 0) return arm(left);
    dueAt = Number.POSITIVE_INFINITY;
    onExpired();
  }

  return {
    set(ms) {
      dueAt = performance.now() + ms;
      if (dueAt < firesAt) arm(ms);
    },
    clear() {
      dueAt = Number.POSITIVE_INFINITY;
    },
    close() {
      clearTimeout(timer);
      dueAt = firesAt = Number.POSITIVE_INFINITY;
    },
  };
}
