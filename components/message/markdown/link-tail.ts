import { decodeText } from "./decode-text.ts";

/** What stands in parentheses behind the words of a link, and where it ends; its title is not kept. */
export type LinkTail = { readonly destination: string; readonly end: number };

const MAX_PARENTHESES = 32;

/** Reads `(destination "title")` at `at`; "half": the text ends in it; null: there is none. */
export function readLinkTail(source: string, at: number): LinkTail | "half" | null {
  if (source.charAt(at) !== "(") return null;
  const from = skipBlanks(source, at + 1);
  const destination = readDestination(source, from);
  if (destination === null || destination === "half") return destination;
  let end = skipBlanks(source, destination.end);
  if (end > destination.end && /["'(]/.test(source.charAt(end))) {
    const titleEnd = endOfTitle(source, end);
    if (titleEnd === null) return "half";
    end = skipBlanks(source, titleEnd);
  }
  if (end >= source.length) return "half";
  return source.charAt(end) === ")" ? { destination: destination.destination, end: end + 1 } : null;
}

function skipBlanks(source: string, at: number): number {
  let end = at;
  while (end < source.length && " \t\n".includes(source.charAt(end))) end += 1;
  return end;
}

const POINTY = /<((?:[^<>\n\\]|\\.)*)(>?)/y;

function readDestination(source: string, at: number): LinkTail | "half" | null {
  if (source.charAt(at) === "<") {
    POINTY.lastIndex = at;
    const [whole = "", inside = "", closer] = POINTY.exec(source) ?? [];
    const end = at + whole.length;
    if (closer === ">") return { destination: decodeText(inside), end };
    return end >= source.length || (end === source.length - 1 && source.endsWith("\\")) ? "half" : null;
  }
  let depth = 0;
  let end = at;
  for (; end < source.length; end += 1) {
    const char = source.charAt(end);
    if (char === "\\" && /[!-/:-@[-`{-~]/.test(source.charAt(end + 1))) end += 1;
    else if (char === "(") depth += 1;
    else if (char === ")" && depth === 0) break;
    else if (char === ")") depth -= 1;
    else if (char <= " " || char === "\x7F") break;
    if (depth > MAX_PARENTHESES) return null;
  }
  end = Math.min(end, source.length);
  if (end === source.length) return "half";
  return depth === 0 ? { destination: decodeText(source.slice(at, end)), end } : null;
}

const TITLE: Readonly<Record<string, RegExp>> = {
  '"': /"(?:[^"\\]|\\[^])*"/y,
  "'": /'(?:[^'\\]|\\[^])*'/y,
  "(": /\((?:[^()\\]|\\[^])*\)/y,
};

/** Null where the text ends before it, or where it is none. */
function endOfTitle(source: string, at: number): number | null {
  const title = TITLE[source.charAt(at)];
  if (!title) return null;
  title.lastIndex = at;
  return title.test(source) ? title.lastIndex : null;
}

const LABEL = /\[((?:[^[\]\\]|\\[^]){0,999})\]/y;

/** The label in brackets at `at`, as it is written; "half": the text ends in it; null: there is none. */
export function readLabel(source: string, at: number): { label: string; end: number } | "half" | null {
  LABEL.lastIndex = at;
  const found = LABEL.exec(source);
  if (found) return { label: found[1] ?? "", end: at + found[0].length };
  return source.charAt(at) === "[" && /^\[(?:[^[\]\\]|\\[^])*\\?$/.test(source.slice(at, at + 1000))
    ? "half"
    : null;
}
