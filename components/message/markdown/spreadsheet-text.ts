/** The text of a cell that a spreadsheet takes for words or a number, and for no formula (S44). */
export function spreadsheetText(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return formulaStart.test(line) && !figure.test(line) ? `'${line}` : line;
}

/** Also in full width, and in quotes, which are taken off a cell that is pasted. */
const formulaStart = /^["\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A number with its sign, separators and unit, which no formula is. */
const figure = /^[+-] ?[$€£¥]?\d[\d ,.'’]*(e[+-]?\d+)? ?(%|‰|[$€£¥]|[a-zµ°]{1,3})?$/i;
