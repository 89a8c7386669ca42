import type { InlineContent, TableRow } from "./block.ts";
import { inlineText } from "./inline-text.ts";

/** Of a column, px: what can be read in it, and as much as one has before its text wraps. */
const MIN = 32;
const MAX = 240;
/** Between two columns. */
const GAP = 16;

/**
 * How wide the columns of a table are at least, px: by its head and its first row, so that later ones move
 * nothing. What cannot be broken makes its column wider, and a table that is narrower than the page is
 * stretched.
 */
export function columnWidths(head: readonly InlineContent[], first: TableRow | undefined): number[] {
  return head.map((cell, at) => {
    const widest = Math.max(
      textWidth(inlineText(cell)) * (12 / 14),
      textWidth(inlineText(first?.[at] ?? [])),
    );
    return Math.round(Math.min(MAX, Math.max(MIN, widest)) + GAP);
  });
}

/** About how wide a line of text is, px at 14. */
function textWidth(text: string): number {
  let width = 0;
  for (const char of text.slice(0, 200))
    width += /[\u1100-\u11FF\u2E80-\uFFEF\u{1F000}-\u{3FFFF}]/u.test(char)
      ? 14
      : /[A-Z@%&mwMW]/.test(char)
        ? 10.5
        : 7.8;
  return width;
}

/** A cell that is a figure, a date or an amount: it stays in one line. */
export const isFigure = (text: string): boolean => text.length <= 20 && /\d/.test(text);

/** A cell with a word that is wider than a column may be: it may break anywhere. */
export const hasLongWord = (text: string): boolean => /\S{30}/.test(text);
