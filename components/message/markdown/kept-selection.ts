/**
 * A place in the text of a block: the text node and offset that it is at now, and how many characters of the
 * block stand before.
 */
interface Place {
  node: Node;
  offset: number;
  /** The child of the root that it is in; absent: it is elsewhere, where nothing is written here. */
  block?: Element;
  before: number;
}

/** Its ends may stand in different blocks. */
export interface Selected {
  anchor: Place;
  focus: Place;
  words: string;
}

/** What the reader has selected, if a part of it is in this text. */
export function selectedIn(root: HTMLElement | null): Selected | undefined {
  const selection = document.getSelection();
  if (!root || !selection?.anchorNode || !selection.focusNode || selection.isCollapsed) return undefined;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  if (!root.contains(anchorNode) && !root.contains(focusNode)) return undefined;
  return {
    anchor: placeIn(root, anchorNode, anchorOffset),
    focus: placeIn(root, focusNode, focusOffset),
    words: String(selection),
  };
}

function placeIn(root: HTMLElement, node: Node, offset: number): Place {
  const block = [...root.children].find((each) => each.contains(node));
  return block
    ? { node, offset, block, before: charactersTo(block, node, offset) }
    : { node, offset, before: 0 };
}

/** Selects it again where writing has lost it. */
export function putBack({ anchor, focus, words }: Selected): void {
  const selection = document.getSelection();
  if (!selection) return;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  const ends = [endState(anchor, anchorNode, anchorOffset), endState(focus, focusNode, focusOffset)];
  // The reader has chosen something else, or nothing was written where it stands.
  if (ends.includes("chosen") || !ends.includes("lost")) return;
  const [from, to] = [stands(anchor) ? anchor : find(anchor), stands(focus) ? focus : find(focus)];
  if (!from || !to) return;
  selection.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
  // Another text stands there by now.
  if (String(selection) !== words) selection.removeAllRanges();
}

/** A text that is written anew takes the ends in it to its beginning (DOM, "replace data"). */
function endState(place: Place, node: Node | null, offset: number): "kept" | "lost" | "chosen" {
  if (node === place.node && offset === place.offset) return "kept";
  return !stands(place) || (node === place.node && offset === 0) ? "lost" : "chosen";
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

function find({ block, before }: Place): Pick<Place, "node" | "offset"> | undefined {
  if (!block?.isConnected) return undefined;
  const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let left = before;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const length = lengthOf(node);
    if (left <= length) return { node, offset: left };
    left -= length;
  }
  return undefined;
}
