import { inlineText } from "./markdown/inline-text.ts";
import { parseLiveInline } from "./markdown/parse-inline.ts";

const BLOCK_MARKS = /^\s*(?:(?:#{1,6}|[-*+>]|\d{1,9}[.)])\s+)*(?:\[[ xX]\]\s+)?/;

/** The newest sentence that has begun, without its marks. */
export function lastSentence(text: string): string {
  const sentences = text.trim().split(/(?<=[.!?])\s+|(?<=[。！？])|\n+/);
  const newest = sentences.findLast((sentence) => /[\p{L}\p{N}]/u.test(sentence)) ?? "";
  return inlineText(parseLiveInline(newest.replace(BLOCK_MARKS, ""), true)).trim();
}
