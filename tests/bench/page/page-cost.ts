import type { PacedAnswer } from "./answer-script.ts";
import type { BenchPage } from "./open-browser.ts";

/** What a page's main thread does in a while. */
export interface PageCost {
  /** Processor time, ms. */
  threadMs: number;
  /** Tasks of more than 50 ms: how many, and the longest. */
  longTasks: number;
  maxTaskMs: number;
  droppedFrames: number;
}

interface Counted extends Omit<PageCost, "threadMs"> {
  hasEnded: boolean;
}

/** What it does while the rest of an answer comes; it is closed then. */
export async function costOfAnswer(opened: BenchPage, answer: PacedAnswer): Promise<PageCost> {
  const cost = await watchCost(opened);
  answer.begin();
  await answer.written;
  // The last pieces are on their way.
  await opened.page.waitForTimeout(500);
  const spent = await cost();
  answer.finish();
  await opened.close();
  return spent;
}

/** Counts from now on, until the function that it returns is called. */
async function watchCost({ page, session }: BenchPage): Promise<() => Promise<PageCost>> {
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.evaluate(() => {
    const counted: Counted = { longTasks: 0, maxTaskMs: 0, droppedFrames: 0, hasEnded: false };
    Reflect.set(window, "counted", counted);
    new PerformanceObserver((entries) => {
      if (counted.hasEnded) return;
      for (const { duration } of entries.getEntries()) {
        counted.longTasks += 1;
        counted.maxTaskMs = Math.max(counted.maxTaskMs, duration);
      }
    }).observe({ type: "longtask" });
    let before = performance.now();
    const onFrame = (now: number) => {
      counted.droppedFrames += Math.max(0, Math.round((now - before) / (1000 / 60)) - 1);
      before = now;
      if (!counted.hasEnded) requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  });
  const threadMs = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
  };
  const before = await threadMs();
  return async () => {
    const spent = (await threadMs()) - before;
    const { longTasks, maxTaskMs, droppedFrames } = await page.evaluate(() => {
      const counted = Reflect.get(window, "counted") as Counted;
      counted.hasEnded = true;
      return counted;
    });
    return { threadMs: spent, longTasks, maxTaskMs, droppedFrames };
  };
}
