/** The text of a cell that a spreadsheet takes for words or a number, and for no formula (S44). */
export function spreadsheetText(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return /^[=+\-@]/.test(line) && !figure.test(line) ? `'${line}` : line;
}

/** A number with its sign, separators and unit, which no formula is. */
const figure = /^[+-] ?[$€£¥]?\d[\d ,.'’]*(e[+-]?\d+)? ?(%|‰|[$€£¥]|[a-zµ°]{1,3})?$/i;
