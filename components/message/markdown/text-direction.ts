import type { Block, InlineContent } from "./block.ts";
import { toArray } from "./chunked-list.ts";
import { inlineText } from "./inline-text.ts";

const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
/** As far as one looks for the first letter. */
const MAX_BLOCKS = 8;

/** By the first letter that has a direction, code left out; undefined: there is none yet. */
export function directionOf(contents: readonly InlineContent[]): "rtl" | "ltr" | undefined {
  for (const content of contents) {
    const letter = /\p{L}/u.exec(inlineText(content.filter(({ type }) => type !== "code")))?.[0];
    if (letter !== undefined) return RIGHT_TO_LEFT.test(letter) ? "rtl" : "ltr";
  }
  return undefined;
}

/** The same of blocks in each other. */
export function directionOfBlocks(blocks: readonly Block[]): "rtl" | "ltr" | undefined {
  for (const block of blocks.slice(0, MAX_BLOCKS)) {
    const found = directionOfBlock(block);
    if (found) return found;
  }
  return undefined;
}

function directionOfBlock(block: Block): "rtl" | "ltr" | undefined {
  switch (block.type) {
    case "paragraph":
      return directionOf([block.pieces.full[0]?.[0] ?? block.pieces.last[0] ?? []]);
    case "heading":
      return directionOf([block.phrase]);
    case "list":
      return directionOfBlocks(
        (block.items.full[0] ?? block.items.last).flatMap(({ blocks }) => toArray(blocks)),
      );
    case "table":
      return directionOf([...block.head, ...((block.rows.full[0] ?? block.rows.last)[0] ?? [])]);
    case "quote":
    case "details":
    case "footnote":
      return directionOfBlocks(block.blocks.full[0] ?? block.blocks.last);
    case "definition":
      return directionOf([block.content]);
    case "code":
    case "formula":
    case "rule":
      return undefined;
    default:
      return block satisfies never;
  }
}
