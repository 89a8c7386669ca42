/** A document as a model reads it. */
export interface PageText {
  text: string;
  title?: string;
  byline?: string;
  siteName?: string;
  /** As the page writes it. */
  published?: string;
  language?: string;
  /** Of a PDF: how many there are, and how many were read. */
  pages?: number;
  readPages?: number;
}

/** Without what nobody sees: marks that turn the direction, tags, and what a text never needs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const unseen =
  /[\u0000-\u0008\u000b\u000e-\u001f\u007f\u200b\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

/** Of what a page may be filled up with. */
const maxPageText = 4_000_000;

/** A text as it is kept: well formed, without what is unseen, blank lines one at a time. Linear. */
export const plainPageText = (text: string): string =>
  text
    .slice(0, maxPageText)
    .toWellFormed()
    .replace(unseen, "")
    .replace(/\r\n?|\f/g, "\n")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
