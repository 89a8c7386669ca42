import { showHidden } from "#lib/client/show-hidden.ts";
import type { Block } from "./block.ts";
import { emptyList } from "./chunked-list.ts";
import { addBlock, type BlockDraft, closeForChild, closeLast, pushLeaf, replaceLast } from "./draft.ts";
import { isInBrackets } from "./formula.ts";
import type { OpenFormula } from "./open-block.ts";

// Owns formulas that stand by themselves, over lines or in one: `$$ … $$`, `\[ … \]`, and environments
// of LaTeX.
//
// 1. One that does not end before a blank line, outside of its environments, is none: it is read as text.

const OPENER =
  /^(?:\$\$|\\\[|\\begin\{((?:equation|align|alignat|aligned|gather|gathered|multline|array|[bBpvV]?matrix|smallmatrix|cases|split|CD)\*?)\})/;
const MAX_SOURCE = 10_000;
/** What may stand behind a formula, and belongs to it. */
const PUNCTUATION = /^\s*[.,;:!?。，；：！？]?\s*$/;

/** Opens a formula with this line, or adds a whole one. */
export function startFormula(draft: BlockDraft, rest: string, inside: number, ended: boolean): boolean {
  const [opener, environment] = OPENER.exec(rest) ?? [];
  if (opener === undefined) return false;
  const closer = environment !== undefined ? `\\end{${environment}}` : opener === "$$" ? "$$" : "\\]";
  const content = rest.slice(opener.length);
  const open: OpenFormula = { type: "formula", opener, closer, source: "" };
  const end = endIn(content, closer);
  if (end !== null) {
    if (!PUNCTUATION.test(end.after) || !isFormula(opener, end.before)) return false;
    closeForChild(draft, inside);
    addBlock(draft, wholeFormula(open, end));
    return true;
  }
  // A backslash at the end may begin the end.
  const known = draft.live && !ended ? content.replace(/\\$/, "") : content;
  const fits = known.trim() === "" || environment !== undefined || /[\\^_=+{}<>]/.test(known);
  if (!fits) return false;
  pushLeaf(draft, inside, { ...open, source: content + (ended ? "\n" : "") });
  return true;
}

const isFormula = (opener: string, content: string): boolean =>
  content.trim() !== "" && (opener !== "\\[" || isInBrackets(content));

/** False where the line is none of the formula, which is closed then. */
export function readFormulaLine(draft: BlockDraft, open: OpenFormula, rest: string, ended: boolean): boolean {
  const isBlank = rest.trim() === "";
  if ((isBlank && ended && mayEnd(open)) || open.source.length > MAX_SOURCE) {
    closeLast(draft, false);
    return false;
  }
  const end = endIn(rest, open.closer);
  if (end !== null) {
    draft.path.pop();
    addBlock(draft, wholeFormula(open, end));
    if (!PUNCTUATION.test(end.after))
      pushLeaf(draft, draft.path.length, {
        type: "paragraph",
        pieces: emptyList(),
        tail: end.after.trimStart(),
        lastLine: 0,
      });
    return true;
  }
  const line = draft.live && !ended ? rest.replace(/(?:\\(?:e|en|end(?:\{[a-z]*\*?)?)?|\$)$/, "") : rest;
  replaceLast(draft, { ...open, source: open.source + line + (ended ? "\n" : "") });
  return true;
}

function mayEnd({ opener, source }: OpenFormula): boolean {
  if (opener.startsWith("\\begin") || source.trim() === "") return false;
  return source.split("\\begin{").length <= source.split("\\end{").length;
}

type End = { readonly before: string; readonly after: string };

function endIn(content: string, closer: string): End | null {
  for (let at = content.indexOf(closer); at !== -1; at = content.indexOf(closer, at + 1)) {
    // `\\]` is a line's end with an optional argument before it.
    if (closer === "\\]" && /(?<!\\)(?:\\\\)*\\$/.test(content.slice(0, at))) continue;
    return { before: content.slice(0, at), after: content.slice(at + closer.length) };
  }
  return null;
}

function wholeFormula({ opener, closer, source }: OpenFormula, { before, after }: End): Block {
  const inside = source + before;
  const formula = closer.startsWith("\\end") ? opener + inside + closer : inside;
  const mark = PUNCTUATION.test(after) ? after.trim() : "";
  const withMark = mark === "" ? formula : `${formula.trimEnd()}${mark}`;
  return { type: "formula", source: withMark, raw: showHidden(opener + inside + closer + mark), open: false };
}
