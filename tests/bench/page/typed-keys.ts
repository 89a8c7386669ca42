import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "@playwright/test";

/** Browsers tell no shorter time from a key to its paint, ms. */
const shortestMs = 16;
/** Between two keys, as somebody types who is fast, ms. */
const keyEveryMs = 120;

/** Types so many keys, and returns how long each took until its paint, ms, in steps of 8. */
export async function typedKeys(page: Page, keys: number): Promise<number[]> {
  await page.evaluate((durationThreshold) => {
    const took: number[] = [];
    new PerformanceObserver((entries) => {
      for (const { name, duration } of entries.getEntries()) if (name === "keydown") took.push(duration);
    }).observe({ type: "event", durationThreshold } as PerformanceObserverInit);
    Reflect.set(window, "tookMs", took);
  }, shortestMs);
  for (let at = 0; at < keys; at += 1) {
    await page.keyboard.press("abcdefghij klmnop"[at % 17] ?? "a");
    await sleep(keyEveryMs);
  }
  await sleep(1000);
  const long: number[] = await page.evaluate(() => Reflect.get(window, "tookMs") as number[]);
  return [...Array.from({ length: Math.max(0, keys - long.length) }, () => shortestMs), ...long];
}
