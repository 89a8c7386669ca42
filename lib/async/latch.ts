import { createDeadline } from "./deadline.ts";

/** One listener's memory of rings: a ring that comes while nobody waits is not lost. */
export interface Latch {
  ring(): void;
  /** True at the next ring (or one since the last wait); false after `ms` of silence, or when closed. */
  wait(ms: number): Promise<boolean>;
  close(): void;
  readonly isClosed: boolean;
}

export function createLatch(): Latch {
  let rung = false;
  let closed = false;
  let settle: ((woken: boolean) => void) | undefined;
  const silence = createDeadline(() => wake(false));

  function wake(woken: boolean): void {
    if (!settle) return;
    silence.clear();
    if (woken) rung = false;
    settle(woken);
    settle = undefined;
  }

  return {
    ring() {
      rung = true;
      wake(true);
    },
    wait(ms) {
      const woken = rung;
      rung = false;
      if (woken || closed) return Promise.resolve(woken);
      silence.set(ms);
      return new Promise((resolve) => {
        settle = resolve;
      });
    },
    close() {
      closed = true;
      wake(false);
      silence.end();
    },
    get isClosed() {
      return closed;
    },
  };
}
