/** Characters of a text that a pattern of others is tried on. */
const maxTextLength = 4000;
export const maxPatternLength = 300;
/** Ways to try, each a character or a few: some 100 ms. */
const maxWays = maxTextLength ** 2;

/**
 * Whether a pattern of others is tried quickly on any text of that length. Backtracking tries every way in
 * which the parts that repeat can share the text, from every place at which the pattern may begin; beyond any
 * bound where what repeats holds a repetition itself, so no group repeats.
 */
export function isQuickPattern(pattern: string, textLength: number): boolean {
  if (pattern.length > maxPatternLength || textLength > maxTextLength) return false;
  const plain = withoutClasses(pattern);
  // A group that repeats, a look ahead or behind, what a group has matched before.
  if (/\)[*+{]|\(\?[=!<]|\\[1-9k]/.test(plain)) return false;
  let ways = plain.startsWith("^") && !plain.includes("|") ? 1 : maxTextLength;
  for (const [repetition] of plain.matchAll(/[*+?]|\{\d+(?:,\d*)?\}/g)) ways *= waysOf(repetition);
  return ways <= maxWays && isPattern(pattern);
}

/** How many lengths a part that repeats may have. */
function waysOf(repetition: string): number {
  if (repetition === "?") return 2;
  const [, min, comma, max] = /\{(\d+)(,?)(\d*)\}/.exec(repetition) ?? [];
  if (min === undefined || (comma === "," && max === "")) return maxTextLength;
  return comma === "" ? 1 : Number(max) - Number(min) + 1;
}

/** Escaped characters and classes are one character, whatever stands in them. */
const withoutClasses = (pattern: string): string =>
  pattern.replaceAll(/\\[pP]\{[^}]*\}|\\[^1-9k]/g, "x").replaceAll(/\[[^\]]*\]/g, "x");

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern, "u") instanceof RegExp;
  } catch {
    return false;
  }
}
