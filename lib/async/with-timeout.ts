/** A wait is counted in steps of this length, ms. */
const stepMs = 100;

/**
 * Settles as `promise`, or rejects once `ms` have passed in which this process could notice that. While
 * something blocks the process, such as the loading of a program on a busy machine, answers that have arrived
 * lie unread, and a clock would give them up: a step that took longer counts as one step.
 */
export function withTimeout<T>(ms: number, promise: Promise<T>, timeoutError: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    const wait = (leftMs: number): void => {
      const step = Math.min(stepMs, leftMs);
      timer = setTimeout(() => {
        if (leftMs > step) wait(leftMs - step);
        // What has arrived is read between the timers and this.
        else setImmediate(() => reject(timeoutError()));
      }, step);
    };
    wait(ms);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
