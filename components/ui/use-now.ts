import { useSyncExternalStore } from "react";

const minute = 60_000;
let now: number | undefined;

function tick(changed: () => void): () => void {
  const timer = setInterval(() => {
    now = Date.now();
    changed();
  }, minute);
  return () => clearInterval(timer);
}

/**
 * The time by the reader's clock, to the minute; undefined on the server and in the first render of the
 * browser.
 */
export const useNow = (): number | undefined =>
  useSyncExternalStore(
    tick,
    () => (now ??= Date.now()),
    () => undefined,
  );
