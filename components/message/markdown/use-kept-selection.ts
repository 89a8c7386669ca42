import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type * as keptSelection from "./kept-selection.ts";

/**
 * Keeps what the reader has selected in live text: the browser lets a selection go when the text node that it
 * stands in grows, and colours for code come as new nodes. It is put back in the same commit, so nothing is
 * seen of it. The script for that comes with the first live text.
 */
export function useKeptSelection(root: RefObject<HTMLElement | null>, live: boolean): void {
  const script = useRef<typeof keptSelection>(undefined);
  const kept = useRef<keptSelection.Selected>(undefined);

  useEffect(() => {
    if (!live) return;
    // Told a task later: during a commit it still says what the reader chose before.
    const remember = () => {
      kept.current = script.current?.selectedIn(root.current);
    };
    document.addEventListener("selectionchange", remember);
    import("./kept-selection.ts").then(
      (loaded) => {
        script.current = loaded;
        remember();
      },
      () => undefined,
    );
    return () => document.removeEventListener("selectionchange", remember);
  }, [root, live]);

  useLayoutEffect(() => {
    if (kept.current) script.current?.putBack(kept.current);
    if (!live) kept.current = undefined;
  });
}
