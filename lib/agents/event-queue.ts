import type { EventBody } from "../protocol/run-event.ts";

interface QueuedEvent {
  event: EventBody;
  /** To be called once it was passed on. */
  taken(): void;
}

/** What several sources say at once, in the order in which they say it. */
export interface EventQueue {
  /** Resolves when the event was taken, or at once if nobody takes any more. */
  push(event: EventBody): Promise<void>;
  /** All that waits. */
  take(): readonly QueuedEvent[];
  /** Ends the wait of `wait`, or the next one. */
  wake(): void;
  /** Resolves when there is something to take, or `wake` was called since it resolved last. */
  wait(): Promise<void>;
  close(): void;
}

export function createEventQueue(): EventQueue {
  let queued: QueuedEvent[] = [];
  let isAwake = false;
  let isClosed = false;
  let resume: (() => void) | undefined;

  function wake(): void {
    isAwake = true;
    resume?.();
    resume = undefined;
  }

  function take(): readonly QueuedEvent[] {
    const events = queued;
    queued = [];
    return events;
  }

  return {
    push: (event) =>
      new Promise((resolve) => {
        if (isClosed) return resolve();
        queued.push({ event, taken: resolve });
        wake();
      }),
    take,
    wake,
    async wait() {
      if (!isAwake) await new Promise<void>((resolve) => (resume = resolve));
      isAwake = false;
    },
    close() {
      isClosed = true;
      for (const { taken } of take()) taken();
      wake();
    },
  };
}
