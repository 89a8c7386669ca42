import { type CharacterClass, classAfter, classBefore } from "./character-class.ts";

/** `*`, `_` or `~` in a row: what of it is not used yet may open or close emphasis. */
export type DelimiterRun = {
  readonly type: "run";
  readonly char: string;
  readonly at: number;
  readonly total: number;
  readonly opens: boolean;
  readonly closes: boolean;
  /** It is the end of what has been written: it may grow, and close what it does not close yet. */
  readonly isLast: boolean;
  left: number;
};

/** The run at `at`, by CommonMark 6.2 as far as it is friendly to Chinese, Japanese and Korean text. */
export function readDelimiterRun(source: string, at: number): DelimiterRun {
  const char = source.charAt(at);
  let end = at;
  while (source.charAt(end) === char) end += 1;
  const before = classBefore(source, at);
  const after = classAfter(source, end);
  // What is struck through may begin or end with emphasis, and the other way round.
  const other = char === "~" ? /[*_]/ : /~/;
  const isLeft = faces(before, after) || other.test(source.charAt(end));
  const isRight = faces(after, before) || other.test(source.charAt(at - 1));
  const isWord = char === "_";
  const isStrike = char === "~";
  const total = end - at;
  const fits = !isStrike || total === 2;
  return {
    type: "run",
    char,
    at,
    total,
    opens: fits && isLeft && (!isWord || !isRight || isAnyMark(before)),
    closes: fits && isRight && (!isWord || !isLeft || isAnyMark(after)),
    isLast: end === source.length,
    left: total,
  };
}

/** Whether a run between the two belongs to what is `inside`. */
function faces(outside: CharacterClass, inside: CharacterClass): boolean {
  if (inside === "blank") return false;
  return inside !== "mark" || outside !== "other";
}

const isAnyMark = (found: CharacterClass): boolean => found === "mark" || found === "cjk mark";
