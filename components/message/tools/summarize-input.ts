import type { PrintedJson } from "./json-printer.ts";

/** More stands in no line. */
const maxSummary = 160;
const maxSummaryLines = 12;

/**
 * What a call was given, in a few words: `Kyoto, days: 3`. The same words while the arguments are written,
 * so that nothing in the line changes when they are whole.
 */
export function summarizeInput({ settled, last, isRaw }: PrintedJson): string {
  const lines = settled.length < maxSummaryLines ? [...settled, last] : settled.slice(0, maxSummaryLines);
  const words = isRaw ? lines : lines.flatMap(wordsOfEntry);
  return words
    .join(isRaw ? " " : ", ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, maxSummary);
}

/** A line of the outermost object: a text says itself, anything else is named. */
function wordsOfEntry(line: string): string[] {
  const [, key = "", value = ""] = /^ {2}"((?:[^"\\]|\\.)*)": (.+?),?$/.exec(line) ?? [];
  if (value === "" || value === '"') return [];
  if (value.startsWith('"')) return [literalText(value)].filter((text) => text.trim() !== "");
  const shown = value === "{" ? "{…}" : value === "[" ? "[…]" : value;
  return [`${key}: ${shown}`];
}

/** Of a text in JSON, the last one perhaps unfinished. */
function literalText(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal
      .slice(1)
      .replace(/\\[nrt]/g, " ")
      .replace(/\\(["\\/])/g, "$1")
      .replace(/\\.{0,4}$/, "");
  }
}
