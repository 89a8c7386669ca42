import type { InlineContent } from "./block.ts";
import { parseInline, plainText } from "./parse-inline.ts";
import { type InlineScan, scanInline } from "./scan-inline.ts";

/**
 * The phrase of a leaf whose end has not come: what is open is drawn as closed, half a mark is held back
 * (U30).
 */
export function parseLiveInline(source: string): InlineContent {
  const scan = scanInline(source);
  if (scan.open.length === 0 && scan.cut === source.length && scan.code === null) return parseInline(source);
  const { text, closers } = closeOpenMarks(source, scan, true);
  const phrase = parseInline(text + closers);
  // The scan guesses; where micromark left our closers as words, the openers are dropped instead.
  if (closers === "" || !/[*_~`]$/.test(plainText(phrase))) return phrase;
  return parseInline(closeOpenMarks(source, scan, false).text);
}

function closeOpenMarks(source: string, scan: InlineScan, keep: boolean): { text: string; closers: string } {
  const code = scan.code === null ? null : { ...scan.code, end: scan.code.at + scan.code.length };
  const emptyCode = code !== null && source.slice(code.end).replace(/`+$/, "").trim() === "";
  const cut = code !== null && emptyCode ? code.at : scan.cut;
  let text = source.slice(0, cut);
  let closers = "";
  if (code !== null && !emptyCode) {
    text = text.replace(/`+\s*$/, "");
    if (keep) closers = (text.endsWith("`") ? " " : "") + "`".repeat(code.length);
    else text = text.slice(0, code.at) + text.slice(code.end);
  }
  for (let index = scan.open.length - 1; index >= 0; index--) {
    const mark = scan.open[index];
    if (mark === undefined || mark.at >= cut) continue;
    const end = mark.at + mark.length;
    const empty = !/[^\s*_~]/.test(text.slice(end)) && closers === "";
    if (mark.char.endsWith("[") || empty || !keep) text = text.slice(0, mark.at) + text.slice(end);
    else closers += mark.char.repeat(mark.length);
  }
  if (code === null || emptyCode) text = text.trimEnd();
  return { text, closers };
}
