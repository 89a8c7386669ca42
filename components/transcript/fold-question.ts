/** A question of more lines than this is folded. */
const maxShownLines = 8;
/** As many lines are in the page while it is folded: on a narrow one, they are more than are seen. */
const keptLines = 12;
/** Letters on a line of the measure; a Chinese character is two. */
const lineWidth = 74;

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu;

export interface FoldedQuestion {
  /** What stands there while it is folded: all of it, or its beginning. */
  shown: string;
  isFolded: boolean;
}

/**
 * The beginning of a long question, by the lines that it takes on a desktop's page. Looks at no more of it.
 */
export function foldQuestion(text: string): FoldedQuestion {
  let lines = 0;
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? text.length : end);
    const before = lines;
    lines += takenLines(line);
    if (lines > keptLines)
      return { shown: text.slice(0, start) + firstLines(line, keptLines - before), isFolded: true };
    if (end < 0) break;
    start = end + 1;
  }
  return { shown: text, isFolded: lines > maxShownLines };
}

function takenLines(line: string): number {
  // Longer ones are folded however wide their letters are.
  const measured = line.slice(0, lineWidth * (keptLines + 1));
  const width = measured.length + (measured.match(wide)?.length ?? 0);
  return Math.max(1, Math.ceil(width / lineWidth));
}

/** Not in the middle of a character. */
const firstLines = (line: string, count: number): string =>
  line.slice(0, count * lineWidth).replace(/[\uD800-\uDBFF]$/, "");
