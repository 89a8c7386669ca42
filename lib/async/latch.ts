import { createDeadline } from "./deadline.ts";

/**
 * An auto-reset latch: `set` releases the one that waits, else the next one that will. Sets that come
 * before a wait count as one. At most one waits at a time.
 */
export interface Latch {
  set(): void;
  /**
   * True as soon as the latch is set, which resets it; false after `ms` without that, or once it is closed.
   * Without `ms` there is no limit.
   */
  wait(ms?: number): Promise<boolean>;
  /** Ends the wait, and every later one unless the latch was set before. Leaves no timer. */
  close(): void;
  readonly isClosed: boolean;
}

export function createLatch(): Latch {
  let isSet = false;
  let isClosed = false;
  let resolveWait: ((wasSet: boolean) => void) | undefined;
  const limit = createDeadline(() => release(false));

  function release(wasSet: boolean): void {
    if (!resolveWait) return;
    if (wasSet) isSet = false;
    resolveWait(wasSet);
    resolveWait = undefined;
  }

  return {
    set() {
      isSet = true;
      release(true);
    },
    wait(ms = Number.POSITIVE_INFINITY) {
      const wasSet = isSet;
      isSet = false;
      if (wasSet || isClosed) return Promise.resolve(wasSet);
      limit.set(ms);
      return new Promise((resolve) => {
        resolveWait = resolve;
      });
    },
    close() {
      isClosed = true;
      release(false);
      limit.close();
    },
    get isClosed() {
      return isClosed;
    },
  };
}
