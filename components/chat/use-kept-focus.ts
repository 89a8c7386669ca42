import { useEffect } from "react";
import { isTouchOnly } from "../composer/is-touch-only.ts";

/**
 * What has the focus may go with what it has done. Then what stands for it is focused: in the list its line,
 * else the composer. A focus that a person gave up is not given back, nor is one taken from what they have
 * selected.
 */
export function useKeptFocus(): void {
  useEffect(() => {
    const over = new AbortController();
    const { signal } = over;
    let focused: HTMLElement | undefined;
    let line: string | undefined;
    const note = (target: EventTarget | null) => {
      focused = target instanceof HTMLElement && target !== document.body ? target : undefined;
      line = focused?.closest<HTMLElement>("[data-line]")?.dataset["line"];
    };
    // Before this was there, something may have had it.
    note(document.activeElement);
    document.addEventListener("focusin", ({ target }) => note(target), { signal });
    document.addEventListener(
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
      const next = line === undefined ? composerField() : nextInList(line, gone);
      if (document.getSelection()?.isCollapsed !== false) next?.focus({ preventScroll: true });
    });
    changes.observe(document.body, { subtree: true, childList: true });
    return () => {
      over.abort();
      changes.disconnect();
    };
  }, []);
}

/** Where only fingers are, it would open a keyboard. */
const composerField = (): HTMLElement | null => (isTouchOnly() ? null : document.getElementById("composer"));

/** In the line itself: what undoes its deletion, the button after a new title, else its link. */
function nextInList(id: string, gone: Element): HTMLElement | null {
  const own = gone.matches("input") ? ".more" : ":is(.link, a, input)";
  return (
    document.querySelector<HTMLElement>(`[data-line="${CSS.escape(id)}"] ${own}`) ??
    document.querySelector<HTMLElement>('[data-line] > a[tabindex="0"]')
  );
}
