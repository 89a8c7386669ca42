/**
 * Stands for `micromark-core-commonmark` in the browser: what inline text needs of it. Blocks are read by
 * incremental-parser.ts and disabled in parse-inline.ts, so their constructs only need their names.
 */
export { attention } from "../../../node_modules/micromark-core-commonmark/lib/attention.js";
export { autolink } from "../../../node_modules/micromark-core-commonmark/lib/autolink.js";
export { blankLine } from "../../../node_modules/micromark-core-commonmark/lib/blank-line.js";
export { characterEscape } from "../../../node_modules/micromark-core-commonmark/lib/character-escape.js";
export { characterReference } from "../../../node_modules/micromark-core-commonmark/lib/character-reference.js";
export { codeText } from "../../../node_modules/micromark-core-commonmark/lib/code-text.js";
export { content } from "../../../node_modules/micromark-core-commonmark/lib/content.js";
export { hardBreakEscape } from "../../../node_modules/micromark-core-commonmark/lib/hard-break-escape.js";
export { labelEnd } from "../../../node_modules/micromark-core-commonmark/lib/label-end.js";
export { labelStartImage } from "../../../node_modules/micromark-core-commonmark/lib/label-start-image.js";
export { labelStartLink } from "../../../node_modules/micromark-core-commonmark/lib/label-start-link.js";
export { lineEnding } from "../../../node_modules/micromark-core-commonmark/lib/line-ending.js";

const disabled = (name: string) => ({
  name,
  tokenize: (_effects: unknown, _ok: unknown, nok: unknown) => nok,
});

export const blockQuote = disabled("blockQuote");
export const codeFenced = disabled("codeFenced");
export const codeIndented = disabled("codeIndented");
export const definition = disabled("definition");
export const headingAtx = disabled("headingAtx");
export const htmlFlow = disabled("htmlFlow");
export const htmlText = disabled("htmlText");
export const list = disabled("list");
export const setextUnderline = disabled("setextUnderline");
export const thematicBreak = disabled("thematicBreak");
