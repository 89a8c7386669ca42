import type { InlineContent } from "./block.ts";
import { joinInline } from "./inline-text.ts";
import { readInline } from "./read-inline.ts";

const NEEDS_READER = /[\\`*_~[\]<&@$\n\r]|:\/\/|www\.|!$/i;

/** The inline syntax of one leaf as allowlisted content; never throws. */
export function parseInline(source: string): InlineContent {
  return parseLeaf(source, false);
}

/**
 * The content of a leaf whose end has not come: what is open is drawn as closed, half a mark is held back
 * (U30). `rested`: nothing has come for a while, and words that are held back are shown.
 */
export function parseLiveInline(source: string, rested = false): InlineContent {
  return parseLeaf(source, true, rested);
}

function parseLeaf(source: string, live: boolean, rested = false): InlineContent {
  const trimmed = source.replace(/^[ \t\n]+/, "").replace(/\s+$/, trimBlank);
  if (trimmed === "") return [];
  if (!NEEDS_READER.test(trimmed)) return joinInline([{ type: "text", text: trimmed }]);
  return readInline(trimmed, live, rested).content;
}

// A no-break space at the end is a character of the text, a blank is not.
function trimBlank(end: string): string {
  return end.replace(/[ \t\n]+$/, "");
}
