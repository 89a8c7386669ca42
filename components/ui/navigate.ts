import type { MouseEvent } from "react";

const listeners = new Set<() => void>();

/**
 * Goes to another conversation without a round trip. Next learns of it from the history and renders it when
 * it has time; the page must not wait for that: the next key would go to the conversation before.
 */
export function navigate(path: string, how: "push" | "replace" = "push"): void {
  if (location.pathname + location.hash === path) return;
  history[`${how}State`](null, "", path);
  for (const went of listeners) went();
}

/** Calls `went` after each `navigate`. Returns the function that unsubscribes. */
export function onNavigate(went: () => void): () => void {
  listeners.add(went);
  return () => void listeners.delete(went);
}

/** For `onClick` of a real link: a plain click goes there within the page, any other is the browser's. */
export const navigateOnClick =
  (went?: () => void) =>
  (event: MouseEvent<HTMLAnchorElement>): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const { pathname, hash } = new URL(event.currentTarget.href);
    navigate(pathname + hash);
    went?.();
  };
