import { readInline } from "./read-inline.ts";

/** `source` settles, `blank` stands between it and `rest`, which stays open. */
export type Split = { readonly source: string; readonly blank: string; readonly rest: string };

const SOFT = 800;
const HARD = 1600;

/**
 * Cuts a settled piece off a long paragraph, or null while it is short. The cut depends on the text before it
 * alone, so every chunking finds the same pieces, and no reparse is longer than HARD and one line: a
 * paragraph costs linear time.
 */
export function splitPiece(tail: string, atLineEnd: boolean): Split | null {
  if (tail.length < SOFT) return null;
  const settled = cutBefore(tail, readInline(tail, false).openFrom);
  if (settled !== null) return settled;
  if (tail.length < HARD) return null;
  return cutBefore(tail, tail.length) ?? cutAnywhere(tail, atLineEnd);
}

// After a blank or a CJK mark, before a letter: no delimiter there sees another neighbour than it would have
// seen uncut.
const SEAM = /(?:(?<=[^\s\\*_~`![\]<>&])[ \n]|(?<=[。！？；，、：]))(?=[\p{L}\p{N}])/gu;

function cutBefore(tail: string, limit: number): Split | null {
  let at = -1;
  let blank = "";
  const from = Math.max(0, limit - SOFT);
  for (const seam of tail.slice(from, limit).matchAll(SEAM)) {
    at = from + seam.index;
    blank = seam[0];
  }
  if (at < SOFT / 4) return null;
  return { source: tail.slice(0, at), blank, rest: tail.slice(at + blank.length) };
}

function cutAnywhere(tail: string, atLineEnd: boolean): Split {
  const end = /[\uD800-\uDBFF]$/.test(tail) ? tail.length - 1 : tail.length;
  const blank = atLineEnd ? "\n" : /\s$/.test(tail) ? " " : "";
  return { source: tail.slice(0, end), blank, rest: tail.slice(end) };
}
