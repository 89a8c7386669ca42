/** So many lines of an output are shown before a person asks for all. */
const maxFoldedLines = 20;
/** Nor more characters: a line may be long. */
const maxFoldedLength = 2000;

export interface FoldedText {
  /** What stands there at first: whole lines, as far as those say something. */
  shown: string;
  isFolded: boolean;
}

/** Fewer characters say next to nothing: the line behind them is cut. */
const minFoldedLength = 500;

/** The beginning of a long text, up to the end of a line. A line that is too long is cut. */
export function foldText(text: string): FoldedText {
  const end = endOfLines(text, maxFoldedLines);
  if (end <= maxFoldedLength) return { shown: text.slice(0, end), isFolded: end < text.length };
  const lineEnd = text.lastIndexOf("\n", maxFoldedLength);
  const cut = text.slice(0, lineEnd >= minFoldedLength ? lineEnd : maxFoldedLength);
  // Not in the middle of a character.
  return { shown: cut.replace(/[\uD800-\uDBFF]$/, ""), isFolded: true };
}

/** Where the first `count` lines end, without the break. */
function endOfLines(text: string, count: number): number {
  let end = -1;
  for (let line = 0; line < count; line += 1) {
    end = text.indexOf("\n", end + 1);
    if (end < 0) return text.length;
  }
  return end;
}
