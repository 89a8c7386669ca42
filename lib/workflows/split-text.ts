/**
 * A text as parts of at most `length` characters, cut between paragraphs where that is possible, else between
 * sentences or words: joined they are the text, white space at the cuts apart.
 */
export function splitText(text: string, length: number): string[] {
  const parts: string[] = [];
  let rest = text.trim();
  while (rest.length > length) {
    const at = cutIn(rest, length);
    parts.push(rest.slice(0, at).trim());
    rest = rest.slice(at).trim();
  }
  return [...parts, rest].filter((part) => part !== "");
}

/** Where to cut: as late as may be, and not in the first half, so that parts are alike. */
function cutIn(text: string, length: number): number {
  const start = text.slice(0, length + 1);
  for (const ends of [/\n\s*\n/g, /[.!?。！？]["'”’)]?\s|[。！？]/g, /\s/g]) {
    const last = [...start.matchAll(ends)].at(-1);
    const at = last ? last.index + last[0].length : 0;
    if (at > length / 2 && at <= length) return at;
  }
  // Never inside a surrogate pair.
  return /[\uD800-\uDBFF]/.test(text[length - 1] ?? "") ? length - 1 : length;
}
