import { type FocusEvent, type KeyboardEvent, useState } from "react";

interface ListKeys {
  /** The line that Tab reaches; the arrow keys go on from there. */
  reachedId: string | undefined;
  list: {
    onFocus(event: FocusEvent<HTMLElement>): void;
    onKeyDown(event: KeyboardEvent<HTMLElement>): void;
  };
}

/**
 * One line of the list is in the order of Tab: the one that had the focus, else the current, else the first.
 */
export function useListKeys(lines: readonly { id: string }[], currentId: string | undefined): ListKeys {
  const [focusedId, setFocusedId] = useState<string>();
  const isThere = (id: string | undefined) => lines.some((line) => line.id === id);
  const reachedId = [focusedId, currentId].find(isThere) ?? lines[0]?.id;
  return {
    reachedId,
    list: {
      onFocus: ({ target }) => setFocusedId(target.closest<HTMLElement>("[data-line]")?.dataset["line"]),
      onKeyDown(event) {
        if (event.target instanceof HTMLInputElement) return;
        if (event.key === "Escape") return leave(event);
        const links = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-line] > a")];
        const at = links.findIndex((link) => link.parentElement?.contains(document.activeElement));
        const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
        if (to === undefined || at < 0) return;
        event.preventDefault();
        links[Math.min(links.length - 1, Math.max(0, to))]?.focus();
      },
    },
  };
}

/**
 * Esc closes what is open in a line, else it leads to where one writes; in the drawer the browser closes
 * that.
 */
function leave(event: KeyboardEvent<HTMLElement>): void {
  const line = event.target instanceof Element ? event.target.closest("[data-line]") : null;
  const more = line?.querySelector<HTMLElement>('.more[aria-expanded="true"]');
  if (!more && event.currentTarget.closest("dialog")) return;
  event.preventDefault();
  more?.click();
  (more ?? document.getElementById("composer"))?.focus({ preventScroll: true });
}
