/** A moment by which something must have happened. */
export interface Deadline {
  /** `ms` from now; replaces the one that was set. */
  set(ms: number): void;
  /** Nothing is waited for now. */
  clear(): void;
  /** The same, and no timer is left. */
  end(): void;
}

/**
 * Calls `passed` when the deadline that was set last has passed. For what is set and cleared with every
 * delta: that costs a look at the clock each, and a timer only now and then. Keeps no process alive.
 */
export function createDeadline(passed: () => void): Deadline {
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
    passed();
  }

  return {
    set(ms) {
      dueAt = performance.now() + ms;
      if (dueAt < firesAt) arm(ms);
    },
    clear() {
      dueAt = Number.POSITIVE_INFINITY;
    },
    end() {
      clearTimeout(timer);
      dueAt = firesAt = Number.POSITIVE_INFINITY;
    },
  };
}
