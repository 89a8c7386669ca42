import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";

/**
 * A place in the text of a block: the text node and offset that it is at now, and how many characters stand
 * before.
 */
interface Place {
  node: Node;
  offset: number;
  before: number;
}

interface Selected {
  anchor: Place;
  focus: Place;
  /** The child of the root that holds all of it. */
  block: Element;
  words: string;
}

/**
 * Keeps what the reader has selected in live text: the browser lets a selection go when the text node that it
 * stands in grows, and colours for code come as new nodes. It is put back in the same commit, so nothing is
 * seen of it.
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
    if (!live) kept.current = undefined;
  });
}

function selectedIn(root: HTMLElement | null): Selected | undefined {
  const selection = document.getSelection();
  if (!root || !selection?.anchorNode || !selection.focusNode || selection.isCollapsed) return undefined;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  const block = [...root.children].find((each) => each.contains(anchorNode) && each.contains(focusNode));
  if (!block) return undefined;
  return {
    anchor: { node: anchorNode, offset: anchorOffset, before: charactersTo(block, anchorNode, anchorOffset) },
    focus: { node: focusNode, offset: focusOffset, before: charactersTo(block, focusNode, focusOffset) },
    block,
    words: String(selection),
  };
}

function putBack({ anchor, focus, block, words }: Selected): void {
  const selection = document.getSelection();
  if (!selection || !block.isConnected || (stands(anchor) && stands(focus) && !selection.isCollapsed)) return;
  const [from, to] = [
    stands(anchor) ? anchor : find(block, anchor),
    stands(focus) ? focus : find(block, focus),
  ];
  if (!from || !to) return;
  selection.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
  // Another text stands there by now.
  if (String(selection) !== words) selection.removeAllRanges();
}

const stands = ({ node, offset }: Place): boolean => node.isConnected && offset <= lengthOf(node);

const lengthOf = (node: Node): number =>
  node.nodeType === Node.TEXT_NODE ? (node.nodeValue ?? "").length : node.childNodes.length;

function charactersTo(block: Element, node: Node, offset: number): number {
  const range = document.createRange();
  range.selectNodeContents(block);
  range.setEnd(node, offset);
  return range.cloneContents().textContent.length;
}

function find(block: Element, { before }: Place): Pick<Place, "node" | "offset"> | undefined {
  const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let left = before;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const length = lengthOf(node);
    if (left <= length) return { node, offset: left };
    left -= length;
  }
  return undefined;
}
