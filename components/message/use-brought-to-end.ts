import { useLayoutEffect } from "react";

/** Brings the end of the page into view once: what stands there asks something, or says why it waits. */
export const useBroughtToEnd = (): void =>
  useLayoutEffect(() => window.scrollTo(0, document.documentElement.scrollHeight), []);
