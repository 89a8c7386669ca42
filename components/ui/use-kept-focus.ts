import { type RefObject, useEffect } from "react";

/**
 * What has the focus may go with what it has done. Then `next` is focused, of the element that is gone;
 * undefined: nothing. A focus that was given up by the person is not given back, nor is one taken from what
 * they have selected.
 */
export function useKeptFocus(
  root: RefObject<HTMLElement | null>,
  next: (gone: Element) => HTMLElement | null | undefined,
): void {
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const over = new AbortController();
    const { signal } = over;
    let focused: Element | undefined;
    element.addEventListener(
      "focusin",
      ({ target }) => void (focused = target instanceof Element ? target : undefined),
      { signal },
    );
    element.addEventListener(
      "focusout",
      ({ target }) =>
        // What goes away is still there when it loses the focus.
        queueMicrotask(() => {
          if (target === focused && focused?.isConnected) focused = undefined;
        }),
      { signal },
    );
    const changes = new MutationObserver(() => {
      const gone = focused;
      if (!gone || gone.isConnected || document.activeElement !== document.body) return;
      focused = undefined;
      if (document.getSelection()?.isCollapsed !== false) next(gone)?.focus({ preventScroll: true });
    });
    changes.observe(element, { subtree: true, childList: true });
    return () => {
      over.abort();
      changes.disconnect();
    };
  }, [root, next]);
}
