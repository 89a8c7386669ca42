import type { BoundedWorker } from "./start-worker.ts";

/** How often it is looked, ms. */
const cpuLookMs = 100;
/** After so many looks without an answer its thread can no longer be asked, whatever it does. */
const maxUnanswered = 50;

export interface CpuWatch {
  stop(): void;
}

/**
 * Calls `onOver` once the worker has computed for `limitMs` from now on. It is the thread's own time that
 * counts, so that a busy machine takes none of it away; waiting costs nothing.
 */
export function watchCpu(
  worker: Pick<BoundedWorker<unknown>, "cpuMs">,
  limitMs: number,
  onOver: () => void,
): CpuWatch {
  let isStopped = false;
  let startMs: number | undefined;
  let unanswered = 0;

  async function look(): Promise<void> {
    unanswered += 1;
    const now = await worker.cpuMs();
    unanswered = 0;
    if (isStopped || now === undefined) return;
    startMs ??= now;
    if (now - startMs >= limitMs) over();
  }

  function over(): void {
    stop();
    onOver();
  }

  function stop(): void {
    isStopped = true;
    clearInterval(timer);
  }

  const timer = setInterval(() => {
    if (unanswered === 0) void look();
    else if (++unanswered > maxUnanswered) over();
  }, cpuLookMs);
  timer.unref();
  void look();
  return { stop };
}
