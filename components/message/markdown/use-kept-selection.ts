import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

interface Selected {
  anchorNode: Node;
  anchorOffset: number;
  focusNode: Node;
  focusOffset: number;
}

/**
 * Keeps what the reader has selected in live text: the browser lets a selection go when the text node that it stands in
 * grows. It is put back in the same commit, so nothing is seen of it.
 */
export function useKeptSelection(root: RefObject<HTMLElement | null>, live: boolean): void {
  const kept = useRef<Selected>(undefined);

  useEffect(() => {
    if (!live) return;
    // Told a task later: during a commit it still says what the reader chose before.
    const remember = () => {
      kept.current = selectedIn(root.current);
    };
    document.addEventListener("selectionchange", remember);
    return () => document.removeEventListener("selectionchange", remember);
  }, [root, live]);

  useLayoutEffect(() => {
    if (kept.current) putBack(kept.current);
  });
}

function selectedIn(root: HTMLElement | null): Selected | undefined {
  const selection = document.getSelection();
  if (!root || !selection || selection.isCollapsed) return undefined;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  if (!anchorNode || !focusNode || !(root.contains(anchorNode) || root.contains(focusNode))) return undefined;
  return { anchorNode, anchorOffset, focusNode, focusOffset };
}

function putBack({ anchorNode, anchorOffset, focusNode, focusOffset }: Selected): void {
  const selection = document.getSelection();
  const isStill = selection?.anchorNode === anchorNode && selection.anchorOffset === anchorOffset;
  if (!selection || (isStill && selection.focusNode === focusNode && selection.focusOffset === focusOffset))
    return;
  if (holds(anchorNode, anchorOffset) && holds(focusNode, focusOffset))
    selection.setBaseAndExtent(anchorNode, anchorOffset, focusNode, focusOffset);
}

const holds = (node: Node, offset: number): boolean =>
  node.isConnected &&
  offset <= (node.nodeType === Node.TEXT_NODE ? (node.nodeValue ?? "").length : node.childNodes.length);
