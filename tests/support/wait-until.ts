import { setTimeout as sleep } from "node:timers/promises";

/** Waits for a condition, not for a time. Throws after `limitMs`. */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 5000,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited ${limitMs} ms in vain: ${what}`);
    await sleep(2);
  }
}
