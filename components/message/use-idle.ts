import { useEffect, useState } from "react";

/** How long an answer may stand still before that is mentioned, ms. */
export const idleAfterMs = 10_000;

/** Whether `seq` has been the same for ten seconds, while `isRunning`. */
export function useIdle(seq: number, isRunning: boolean): boolean {
  const [idleAt, setIdleAt] = useState<number>();
  useEffect(() => {
    if (!isRunning) return;
    const timer = setTimeout(() => setIdleAt(seq), idleAfterMs);
    return () => clearTimeout(timer);
  }, [seq, isRunning]);
  return isRunning && idleAt === seq;
}
