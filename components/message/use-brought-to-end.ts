import { useLayoutEffect } from "react";

/** Brings the end of the page into view once: what stands there asks something, or says why it waits. */
export function useBroughtToEnd(): void {
  useLayoutEffect(() => {
    // Nothing is given back: what browsers return of it is no way to clean up.
    window.scrollTo(0, document.documentElement.scrollHeight);
  }, []);
}
