import { eastAsianWidthType } from "./east-asian-width.ts";

/** What stands beside a run of marks, as https://github.com/tats-u/markdown-cjk-friendly tells them apart. */
export type CharacterClass = "blank" | "mark" | "cjk" | "cjk mark" | "variant" | "other";

export function classBefore(text: string, at: number): CharacterClass {
  const code = characterBefore(text, at);
  const found = classOf(code);
  if (code === undefined || found !== "variant") return found;
  const base = characterBefore(text, at - 1);
  if (base === undefined || classOf(base) === "blank") return found;
  // Quotes that a selector makes wide.
  if (code === 0xfe01 && /[\u2018\u2019\u201C\u201D]/.test(String.fromCodePoint(base))) return "cjk mark";
  return classOf(base);
}

export const classAfter = (text: string, at: number): CharacterClass => classOf(text.codePointAt(at));

function characterBefore(text: string, at: number): number | undefined {
  if (at <= 0) return undefined;
  const pair = at > 1 ? text.codePointAt(at - 2) : undefined;
  return pair !== undefined && pair > 0xffff ? pair : text.charCodeAt(at - 1);
}

function classOf(code: number | undefined): CharacterClass {
  if (code === undefined) return "blank";
  const char = String.fromCodePoint(code);
  if (/\s/.test(char)) return "blank";
  const isMark = /[\p{P}\p{S}]/u.test(char);
  if (code < 0x1100) return isMark ? "mark" : "other";
  if (code >= 0xfe00 && code <= 0xfe0e) return "variant";
  const width = eastAsianWidthType(code);
  if (width === "ambiguous") return "cjk";
  if (width === "wide") return isMark ? "cjk mark" : "cjk";
  return isMark ? "mark" : "other";
}
