import { openSandbox } from "./open-sandbox.ts";
import type { Sandbox, SandboxLimits, SandboxOptions } from "./sandbox.ts";
import { createSandboxWorkers } from "./sandbox-workers.ts";

/** The sandboxes of a process: so many at most, and one worker that is ready for the next. */
export interface Sandboxes {
  /** Waits for its turn where as many are open as may be. Rejects with the signal's reason. */
  open(options?: SandboxOptions, signal?: AbortSignal): Promise<Sandbox>;
  /** Starts the worker of the next one now, and not once the first has ended. */
  warm(): void;
  /** Ends the worker that is ready; those of open sandboxes end with them. */
  close(): Promise<void>;
}

/** Together they have `maxOpen` times the memory of one. */
const maxOpen = 8;

export function createSandboxes(limits: Partial<SandboxLimits> = {}): Sandboxes {
  const workers = createSandboxWorkers();
  const queue: (() => void)[] = [];
  let open = 0;
  let isClosed = false;

  function release(): void {
    const next = queue.shift();
    if (next) return next();
    open -= 1;
    if (!isClosed) workers.warm();
  }

  function turn(signal: AbortSignal | undefined): Promise<void> {
    if (open < maxOpen) {
      open += 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        queue.splice(queue.indexOf(onTurn), 1);
        reject(signal?.reason);
      };
      const onTurn = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      queue.push(onTurn);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  return {
    async open(options, signal) {
      signal?.throwIfAborted();
      await turn(signal);
      const worker = workers.take();
      void worker.ended.then(release);
      return openSandbox({ ...limits, ...options }, worker);
    },
    warm: workers.warm,
    async close() {
      isClosed = true;
      await workers.close();
    },
  };
}
