import type { MouseEvent } from "react";

/** Goes to another conversation without a round trip: Next learns of it from the history. */
export function navigate(path: string): void {
  if (location.pathname !== path) history.pushState(null, "", path);
}

/** For `onClick` of a real link: a plain click goes there within the page, any other is the browser's. */
export const navigateOnClick =
  (went?: () => void) =>
  (event: MouseEvent<HTMLAnchorElement>): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(new URL(event.currentTarget.href).pathname);
    went?.();
  };
