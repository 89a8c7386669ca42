import { use, useEffect, useState } from "react";
import { StillTime } from "./still-time.ts";
import { useMounted } from "./use-mounted.ts";

/**
 * Milliseconds that go on counting from `knownMs`, once a second, while `isRunning`. Undefined before the
 * page is there, so that the server's HTML and the first render agree. `knownMs` is by the server's clock,
 * ours only adds.
 */
export function useElapsed(knownMs: number, isRunning: boolean): number | undefined {
  const mounted = useMounted();
  const isStill = use(StillTime);
  const from = isRunning ? Math.floor(knownMs / 1000) * 1000 : undefined;
  const [counted, setCounted] = useState({ from, ms: from });
  if (counted.from !== from) setCounted({ from, ms: from });
  useEffect(() => {
    if (from === undefined || isStill) return;
    const begin = performance.now();
    const timer = setInterval(() => setCounted({ from, ms: from + performance.now() - begin }), 1000);
    return () => clearInterval(timer);
  }, [from, isStill]);
  return mounted ? counted.ms : undefined;
}
