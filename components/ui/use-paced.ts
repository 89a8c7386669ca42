import { useLayoutEffect, useReducer, useState } from "react";
import { createPace } from "./pace.ts";

/** 20 values a second. */
const everyMs = 50;

/**
 * A value that changes often, 20 times a second at most, and the last one at once. It is taken over while the
 * page is rendered anyway; what is left when nothing else comes is shown at the frame after its time.
 */
export function usePaced<T>(newest: T, isLast: boolean): T {
  const [pace] = useState(() => createPace<T>(everyMs, () => performance.now()));
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  const shown = pace.show(newest, isLast);
  // In the commit itself: whatever is rendered before that frame takes its place.
  useLayoutEffect(() => {
    if (shown === newest) return;
    let frame = 0;
    const timer = setTimeout(() => (frame = requestAnimationFrame(renderAgain)), pace.leftMs());
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [shown, newest, pace]);
  return shown;
}
