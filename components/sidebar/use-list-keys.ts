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
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step === undefined || event.target instanceof HTMLInputElement) return;
        const links = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-line] > a")];
        const at = links.findIndex((link) => link.parentElement?.contains(document.activeElement));
        if (at < 0) return;
        event.preventDefault();
        links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
      },
    },
  };
}
