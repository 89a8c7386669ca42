import type { BoundedWorker } from "./start-worker.ts";

/** How often it is looked, ms: a thread may fill some hundred megabytes in that time. */
const outsideLookMs = 40;

/**
 * Calls `onOver` once the worker keeps more than `limitMb` outside of its heap, in buffers mostly, which no
 * limit of its engine counts.
 */
export function watchOutside(
  worker: Pick<BoundedWorker<unknown>, "outsideMb">,
  limitMb: number,
  onOver: () => void,
): { stop(): void } {
  let isAsking = false;

  async function look(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    const now = await worker.outsideMb();
    isAsking = false;
    if (now !== undefined && now > limitMb) onOver();
  }

  const timer = setInterval(() => void look(), outsideLookMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
