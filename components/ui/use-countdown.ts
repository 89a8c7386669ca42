import { useEffect, useState } from "react";

/** How often it is counted: often enough that no second is skipped. */
const countdownTickMs = 250;

/**
 * Milliseconds left of `ms` that began at `at`, server time; 0 when they are over. Undefined before the page
 * is there, so that the server's HTML and the first render agree. The reader's clock may be wrong: never more
 * than `ms` are left.
 */
export function useCountdown(at: number, ms: number): number | undefined {
  const key = `${at}+${ms}`;
  const [counted, setCounted] = useState<{ key: string; left: number }>();
  useEffect(() => {
    const from = Math.min(ms, Math.max(0, at + ms - Date.now()));
    const begin = performance.now();
    const timer = setInterval(tick, countdownTickMs);
    function tick() {
      const left = Math.max(0, from - (performance.now() - begin));
      setCounted({ key, left });
      if (left === 0) clearInterval(timer);
    }
    tick();
    return () => clearInterval(timer);
  }, [key, at, ms]);
  return counted?.key === key ? counted.left : undefined;
}
