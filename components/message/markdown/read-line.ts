import { showHidden } from "#lib/client/show-hidden.ts";
import { append, emptyList, isEmptyList } from "./chunked-list.ts";
import { decodeText } from "./decode-text.ts";
import { isDefinition } from "./definition.ts";
import {
  addBlock,
  appendText,
  type BlockDraft,
  closedRows,
  closeForChild,
  closeLast,
  closeTo,
  lastOpen,
  pushLeaf,
  replaceLast,
} from "./draft.ts";
import { indentOf, isBlank, type LineCursor, restOf, skipColumns, startOfLine } from "./line-cursor.ts";
import { isContainer, type OpenCode, type OpenLeaf, type OpenParagraph } from "./open-block.ts";
import { isBesideBox, matchContainers, openContainers } from "./open-containers.ts";
import { parseInline } from "./parse-inline.ts";
import { readCommentLine, startComment } from "./read-comment.ts";
import { closeDetails, readDetailsLine, splitDetailsEnd } from "./read-details.ts";
import { readFormulaLine, startFormula } from "./read-formula-line.ts";
import { readDelimiterRow, splitRow } from "./table-line.ts";
import { THEMATIC } from "./thematic.ts";

const MAX_ROW = 16_384;

/**
 * Reads one line into the open blocks: the block phase of CommonMark (its appendix "A parsing strategy"),
 * with GFM's tables and footnotes, formulas and `<details>`, without other HTML and looseness.
 */
export function readLine(draft: BlockDraft, line: string, ended: boolean): void {
  const cursor = startOfLine(line);
  const matched = matchContainers(draft, cursor);
  const leaf = leafUnder(draft, matched);
  if (leaf?.type === "code" && leaf.fence !== null) {
    readFenced(draft, leaf, leaf.fence, cursor, ended);
    return;
  }
  if (leaf?.type === "formula" && readFormulaLine(draft, leaf, restOf(cursor), ended)) return;
  if (leaf?.type === "comment" && readCommentLine(draft, leaf, restOf(cursor), ended)) return;
  const inside = openAround(draft, cursor, matched, ended);
  if (inside === null) return;
  const { text, closes } = splitDetailsEnd(draft, cursor, inside, ended);
  readLeaf(draft, text, inside, ended);
  closeDetails(draft, closes);
}

/** Opens what begins in this line; null: nothing is left of it. */
function openAround(draft: BlockDraft, cursor: LineCursor, matched: number, ended: boolean): number | null {
  for (let inside = matched; ; ) {
    if (isBesideBox(draft, inside)) return inside;
    const around = readDetailsLine(draft, cursor, inside, ended);
    if (around === null) return null;
    inside = openContainers(draft, cursor, around);
    if (inside === around) return inside;
  }
}

function readLeaf(draft: BlockDraft, cursor: LineCursor, inside: number, ended: boolean): void {
  if (isBesideBox(draft, inside) || !openLeaf(draft, cursor, inside, ended))
    readTextLine(draft, cursor, inside, ended);
}

/** Reads more of a line that was cut for its length: words of the open leaf, never new syntax. */
export function continueLine(draft: BlockDraft, text: string, ended: boolean): void {
  const open = lastOpen(draft);
  if (open.type === "paragraph") {
    appendText(draft, open, text, false);
    return;
  }
  if (open.type === "formula") {
    replaceLast(draft, { ...open, source: open.source + text });
    return;
  }
  if (open.type === "comment" && readCommentLine(draft, open, text, ended)) return;
  if (open.type === "code") {
    replaceLast(draft, { ...open, lines: append(open.lines, showHidden(text) + (ended ? "\n" : "")) });
    return;
  }
  if (open.type === "heading" && open.source.length < MAX_ROW) {
    replaceLast(draft, { ...open, source: open.source + text });
    return;
  }
  if (open.type === "table" && open.row !== null && open.row.length < MAX_ROW) {
    replaceLast(draft, { ...open, row: open.row + text });
    return;
  }
  pushLeaf(draft, draft.path.length, { type: "paragraph", pieces: emptyList(), tail: text, lastLine: 0 });
}

function leafUnder(draft: BlockDraft, matched: number): OpenLeaf | null {
  const open = draft.path[matched];
  return open !== undefined && !isContainer(open) ? open : null;
}

function readFenced(
  draft: BlockDraft,
  leaf: OpenCode,
  fence: string,
  cursor: LineCursor,
  ended: boolean,
): void {
  const rest = restOf(cursor);
  const closing = /^ {0,3}(`+|~+)[ \t]*$/.exec(rest)?.[1];
  let { nested } = leaf;
  if (closing !== undefined && closing[0] === fence[0]) {
    if (!ended && draft.live) return;
    if (closing.length >= fence.length) {
      if (nested === 0) {
        closeLast(draft, false);
        return;
      }
      nested -= 1;
    }
  } else if (isMarkdown.test(leaf.language) && startsFence(rest, fence)) nested += 1;
  skipColumns(cursor, Math.min(leaf.indent, indentOf(cursor)));
  appendCode(draft, ended ? { ...leaf, nested } : leaf, restOf(cursor), ended);
}

/** The code of these may hold code blocks of its own, and models forget to write longer fences around it. */
const isMarkdown = /^(?:markdown|md|mdx|rmd|qmd)$/i;

/** A fence with a language begins a block, whatever stands around it; one without may be an end. */
function startsFence(rest: string, fence: string): boolean {
  const opening = /^ {0,3}(`{3,}|~{3,})[ \t]*[\w{][^`]*$/.exec(rest)?.[1];
  return opening !== undefined && opening[0] === fence[0] && opening.length >= fence.length;
}

function appendCode(draft: BlockDraft, leaf: OpenCode, text: string, ended: boolean): void {
  const line = showHidden(text) + (ended ? "\n" : "");
  if (line === "") return;
  let lines = leaf.lines;
  for (const blank of leaf.blanks.split("\n").slice(0, -1)) lines = append(lines, `${blank}\n`);
  replaceLast(draft, { ...leaf, blanks: "", lines: append(lines, line) });
}

// Marks that may yet be something else when the rest of their line arrives.
const PENDING =
  /^(?:#{1,6}[ \t]*|`{1,2}|`{3,}[^`]*|~{1,2}|~{3,}.*|\d{1,9}(?:[.)][ \t]*)?|([-*_=+|])(?:[ \t]*\1)*[ \t]*|\\\[?|\${1,2}|\[\^[^\s\]]*(?:\](?::[ \t]*)?)?)$/;

function openLeaf(draft: BlockDraft, cursor: LineCursor, inside: number, ended: boolean): boolean {
  const direct = leafUnder(draft, inside);
  const indent = indentOf(cursor);
  if (indent > 3) return openIndented(draft, cursor, inside, ended);
  const rest = restOf(cursor).trimStart();
  if (draft.live && !ended && (rest === "" || (PENDING.test(rest) && !(draft.rested && /^\d+$/.test(rest)))))
    return true;
  if (
    openHeading(draft, rest, inside) ||
    openFence(draft, rest, indent, inside) ||
    startComment(draft, rest, inside, ended) ||
    startFormula(draft, rest, inside, ended)
  )
    return true;
  if (
    direct?.type === "paragraph" &&
    (endSetext(draft, direct, rest, inside) || openTable(draft, direct, rest, inside, ended))
  )
    return true;
  if (!THEMATIC.test(rest)) return false;
  closeForChild(draft, inside);
  addBlock(draft, { type: "rule" });
  return true;
}

function openIndented(draft: BlockDraft, cursor: LineCursor, inside: number, ended: boolean): boolean {
  const direct = leafUnder(draft, inside);
  if (isBlank(cursor) || lastOpen(draft).type === "paragraph") return false;
  skipColumns(cursor, 4);
  if (direct?.type === "code") appendCode(draft, direct, restOf(cursor), ended);
  else {
    const leaf: OpenCode = {
      type: "code",
      fence: null,
      indent: 4,
      language: "",
      lines: emptyList(),
      blanks: "",
      nested: 0,
    };
    pushLeaf(draft, inside, leaf);
    appendCode(draft, leaf, restOf(cursor), ended);
  }
  return true;
}

function openHeading(draft: BlockDraft, rest: string, inside: number): boolean {
  const marker = /^(#{1,6})(?:[ \t]+|$)/.exec(rest);
  if (marker === null) return false;
  const source = rest.slice(marker[0].length).replace(/(?:^|[ \t]+)#+[ \t]*$/, "");
  pushLeaf(draft, inside, { type: "heading", depth: marker[1]?.length ?? 1, source });
  return true;
}

const MAX_LANGUAGE = 40;

function openFence(draft: BlockDraft, rest: string, indent: number, inside: number): boolean {
  const fence = /^(?:(`{3,})([^`]*)|(~{3,})(.*))$/.exec(rest);
  if (fence === null) return false;
  const named = /^\S*/.exec((fence[2] ?? fence[4] ?? "").trim())?.[0] ?? "";
  const language = showHidden(decodeText(named)).slice(0, MAX_LANGUAGE);
  pushLeaf(draft, inside, {
    type: "code",
    fence: fence[1] ?? fence[3] ?? "",
    indent,
    language,
    lines: emptyList(),
    blanks: "",
    nested: 0,
  });
  return true;
}

function endSetext(draft: BlockDraft, paragraph: OpenParagraph, rest: string, inside: number): boolean {
  if (!/^(?:=+|-+)[ \t]*$/.test(rest) || !isEmptyList(paragraph.pieces) || isDefinition(paragraph.tail))
    return false;
  closeTo(draft, inside + 1);
  replaceLast(draft, { type: "heading", depth: rest.startsWith("=") ? 1 : 2, source: paragraph.tail });
  return true;
}

function openTable(
  draft: BlockDraft,
  paragraph: OpenParagraph,
  rest: string,
  inside: number,
  ended: boolean,
): boolean {
  // Half a delimiter row would give a column the wrong side.
  if (draft.live && !ended) return false;
  const columns = readDelimiterRow(rest);
  if (columns === null) return false;
  const header = splitRow(paragraph.tail.slice(paragraph.lastLine));
  if (header.length !== columns.length) return false;
  closeTo(draft, inside + 1);
  const before = paragraph.tail.slice(0, Math.max(0, paragraph.lastLine - 1));
  if (before === "" && isEmptyList(paragraph.pieces)) draft.path.pop();
  else replaceLast(draft, { ...paragraph, tail: before, lastLine: 0 });
  for (const cell of header) draft.parsed += cell.length;
  pushLeaf(draft, inside, {
    type: "table",
    columns,
    head: header.map(parseInline),
    rows: emptyList(),
    row: null,
  });
  return true;
}

function readTextLine(draft: BlockDraft, cursor: LineCursor, inside: number, ended: boolean): void {
  if (isBlank(cursor)) {
    readBlank(draft, cursor, inside, ended);
    return;
  }
  const leaf = lastOpen(draft);
  const text = restOf(cursor);
  if (leaf.type === "paragraph") {
    appendText(draft, leaf, text, true);
    return;
  }
  const direct = leafUnder(draft, inside);
  if (direct?.type === "table") {
    replaceLast(draft, { ...direct, rows: closedRows(draft, direct, false), row: text });
    return;
  }
  if (readAlert(draft, text, inside, ended)) return;
  pushLeaf(draft, inside, {
    type: "paragraph",
    pieces: emptyList(),
    tail: text.replace(/^[ \t]+/, ""),
    lastLine: 0,
  });
}

const ALERT = /^[ \t]*\[!(note|tip|important|warning|caution)\][ \t]*$/i;

/** `[!NOTE]` as the first line of a quote. */
function readAlert(draft: BlockDraft, text: string, inside: number, ended: boolean): boolean {
  const quote = draft.path[inside - 1];
  if (quote?.type !== "quote" || quote.alert !== null || !isEmptyList(quote.blocks)) return false;
  if (draft.live && !ended && /^[ \t]*\[(?:$|![a-z]*\]?[ \t]*$)/i.test(text)) return true;
  const alert = alerts.find((name) => name === ALERT.exec(text)?.[1]?.toLowerCase());
  if (!alert) return false;
  closeTo(draft, inside);
  replaceLast(draft, { ...quote, alert });
  return true;
}

const alerts = ["note", "tip", "important", "warning", "caution"] as const;

function readBlank(draft: BlockDraft, cursor: LineCursor, inside: number, ended: boolean): void {
  const direct = leafUnder(draft, inside);
  if (direct?.type !== "code") {
    closeTo(draft, inside);
    return;
  }
  if (!ended) return;
  skipColumns(cursor, 4);
  replaceLast(draft, { ...direct, blanks: `${direct.blanks}${restOf(cursor)}\n` });
}
