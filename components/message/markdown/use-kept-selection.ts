import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { putBack as PutBack, Selected, selectedIn as SelectedIn } from "./kept-selection.ts";

let script: { selectedIn: typeof SelectedIn; putBack: typeof PutBack } | undefined;

/** Loads the script that keeps a selection, before there is a text to select. */
export const preloadKeptSelection = (): Promise<void> =>
  import("./kept-selection.ts").then(
    ({ selectedIn, putBack }) => void (script = { selectedIn, putBack }),
    () => undefined,
  );

/**
 * Keeps what the reader has selected in live text: the browser lets a selection go when the text node that it
 * stands in grows, and colours for code come as new nodes. It is put back in the same commit, so nothing is
 * seen of it.
 */
export function useKeptSelection(root: RefObject<HTMLElement | null>, live: boolean): void {
  const kept = useRef<Selected>(undefined);

  useEffect(() => {
    if (!live) return;
    let isOver = false;
    // Told a task later: during a commit it still says what the reader chose before.
    const remember = () => {
      kept.current = script?.selectedIn(root.current);
    };
    document.addEventListener("selectionchange", remember);
    void preloadKeptSelection().then(() => {
      if (!isOver) remember();
    });
    return () => {
      isOver = true;
      document.removeEventListener("selectionchange", remember);
    };
  }, [root, live]);

  useLayoutEffect(() => {
    if (kept.current) script?.putBack(kept.current);
    if (!live) kept.current = undefined;
  });
}
