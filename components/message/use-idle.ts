import { use, useEffect, useState } from "react";
import { StillTime } from "../ui/still-time.ts";

/** How long an answer may stand still before that is mentioned, ms. */
export const idleAfterMs = 10_000;

/** Whether `seq` has been the same for ten seconds, while it could go on. */
export function useIdle(seq: number, canBeIdle: boolean): boolean {
  const isRunning = !use(StillTime) && canBeIdle;
  const [idleAt, setIdleAt] = useState<number>();
  useEffect(() => {
    if (!isRunning) return;
    const timer = setTimeout(() => setIdleAt(seq), idleAfterMs);
    return () => clearTimeout(timer);
  }, [seq, isRunning]);
  return isRunning && idleAt === seq;
}
