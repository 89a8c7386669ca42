import { showHidden } from "#lib/client/show-hidden.ts";
import { append, emptyList, isEmptyList } from "./chunked-list.ts";
import { isDefinition } from "./definition.ts";
import {
  addBlock,
  appendText,
  type BlockDraft,
  closedRows,
  closeLast,
  closeTo,
  lastOpen,
  replaceLast,
} from "./draft.ts";
import { indentOf, isBlank, type LineCursor, restOf, skipColumns, startOfLine } from "./line-cursor.ts";
import {
  isContainer,
  type OpenBlock,
  type OpenCode,
  type OpenLeaf,
  type OpenParagraph,
} from "./open-block.ts";
import { parseInline } from "./parse-inline.ts";
import { readDelimiterRow, splitRow } from "./table-line.ts";

const MAX_BLOCK_NESTING = 32;
const MAX_ROW = 16_384;

/**
 * Reads one line into the open blocks: the block phase of CommonMark (its appendix "A parsing strategy"),
 * without HTML blocks and looseness.
 */
export function readLine(draft: BlockDraft, line: string, ended: boolean): void {
  const cursor = startOfLine(line);
  const matched = matchContainers(draft, cursor);
  const leaf = leafUnder(draft, matched);
  if (leaf?.type === "code" && leaf.fence !== null) {
    readFenced(draft, leaf, leaf.fence, cursor, ended);
    return;
  }
  const inside = openContainers(draft, cursor, matched);
  if (!openLeaf(draft, cursor, inside, ended)) readTextLine(draft, cursor, inside, ended);
}

/** Reads more of a line that was cut for its length: words of the open leaf, never new syntax. */
export function continueLine(draft: BlockDraft, text: string, ended: boolean): void {
  const open = lastOpen(draft);
  if (open.type === "paragraph") {
    appendText(draft, open, text, false);
    return;
  }
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

// Counts the open containers this line continues; those after stay open only if a lazy paragraph line
// follows.
function matchContainers(draft: BlockDraft, cursor: LineCursor): number {
  let matched = 1;
  for (; matched < draft.path.length; matched++) {
    const open = draft.path[matched];
    if (open === undefined || !isContainer(open)) break;
    if (open.type === "quote" && !skipQuoteMark(cursor)) break;
    if (open.type === "item" && !continuesItem(draft, open, matched, cursor)) break;
  }
  return matched;
}

function skipQuoteMark(cursor: LineCursor): boolean {
  const indent = indentOf(cursor);
  if (indent > 3 || !/^[ \t]*>/.test(restOf(cursor))) return false;
  skipColumns(cursor, indent + 1);
  if (indentOf(cursor) > 0) skipColumns(cursor, 1);
  return true;
}

function continuesItem(
  draft: BlockDraft,
  item: Extract<OpenBlock, { type: "item" }>,
  at: number,
  cursor: LineCursor,
): boolean {
  const indent = indentOf(cursor);
  const blank = isBlank(cursor);
  if (blank ? at + 1 === draft.path.length && isEmptyList(item.blocks) : indent < item.indent) return false;
  skipColumns(cursor, Math.min(indent, item.indent));
  return true;
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
  if (closing !== undefined && closing[0] === fence[0]) {
    if (!ended && draft.live) return;
    if (closing.length >= fence.length) {
      closeLast(draft, false);
      return;
    }
  }
  skipColumns(cursor, Math.min(leaf.indent, indentOf(cursor)));
  appendCode(draft, leaf, restOf(cursor), ended);
}

function appendCode(draft: BlockDraft, leaf: OpenCode, text: string, ended: boolean): void {
  const line = showHidden(text) + (ended ? "\n" : "");
  if (line === "") return;
  let lines = leaf.lines;
  for (const blank of leaf.blanks.split("\n").slice(0, -1)) lines = append(lines, `${blank}\n`);
  replaceLast(draft, { ...leaf, blanks: "", lines: append(lines, line) });
}

function openContainers(draft: BlockDraft, cursor: LineCursor, matched: number): number {
  let inside = matched;
  while (containerDepthOf(draft, inside) < MAX_BLOCK_NESTING && indentOf(cursor) < 4) {
    if (/^[ \t]*>/.test(restOf(cursor))) {
      skipQuoteMark(cursor);
      closeForChild(draft, inside);
      draft.path.push({ type: "quote", blocks: emptyList() });
    } else if (!openItem(draft, cursor, inside)) break;
    inside = draft.path.length;
  }
  return inside;
}

function containerDepthOf(draft: BlockDraft, count: number): number {
  return draft.path.slice(0, count).filter((open) => open.type === "quote" || open.type === "item").length;
}

function closeForChild(draft: BlockDraft, count: number): void {
  closeTo(draft, count);
  if (lastOpen(draft).type === "list") closeLast(draft, false);
}

const THEMATIC = /^(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;

function openItem(draft: BlockDraft, cursor: LineCursor, inside: number): boolean {
  const rest = restOf(cursor).trimStart();
  const marker = /^(?:([-+*])|(\d{1,9})([.)]))(?=[ \t]|$)/.exec(rest);
  if (marker === null || THEMATIC.test(rest)) return false;
  const [whole, bullet, digits, dot] = marker;
  const direct = leafUnder(draft, inside);
  if (
    direct?.type === "paragraph" &&
    (rest.trim() === whole || (digits !== undefined && Number(digits) !== 1))
  )
    return false;
  const before = indentOf(cursor);
  skipColumns(cursor, before + whole.length);
  const after = indentOf(cursor);
  const blanks = isBlank(cursor) || after > 4 ? 1 : after;
  skipColumns(cursor, isBlank(cursor) ? after : blanks);
  closeTo(draft, inside);
  const mark = bullet ?? dot ?? "";
  const ordered = digits !== undefined;
  const list = lastOpen(draft);
  if (list.type !== "list" || list.mark !== mark) {
    if (list.type === "list") closeLast(draft, false);
    draft.path.push({ type: "list", mark, ordered, start: Number(digits ?? 1), items: emptyList() });
  }
  draft.path.push({
    type: "item",
    indent: before + whole.length + blanks,
    task: readTask(cursor),
    blocks: emptyList(),
  });
  return true;
}

function readTask(cursor: LineCursor): boolean | null {
  const box = /^\[([ xX])\][ \t]+(?=\S)/.exec(restOf(cursor));
  if (box === null) return null;
  skipColumns(cursor, 3);
  return box[1] !== " ";
}

// Marks that may yet be something else when the rest of their line arrives.
const PENDING =
  /^(?:#{1,6}[ \t]*|`{1,2}|`{3,}[^`]*|~{1,2}|~{3,}.*|\d{1,9}[.)]?|([-*_=+|])(?:[ \t]*\1)*[ \t]*)$/;

function openLeaf(draft: BlockDraft, cursor: LineCursor, inside: number, ended: boolean): boolean {
  const direct = leafUnder(draft, inside);
  const indent = indentOf(cursor);
  if (indent > 3) return openIndented(draft, cursor, inside, ended);
  const rest = restOf(cursor).trimStart();
  if (draft.live && !ended && (PENDING.test(rest) || rest === "")) return true;
  if (openHeading(draft, rest, inside) || openFence(draft, rest, indent, inside)) return true;
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
    };
    pushLeaf(draft, inside, leaf);
    appendCode(draft, leaf, restOf(cursor), ended);
  }
  return true;
}

function pushLeaf(draft: BlockDraft, count: number, leaf: OpenLeaf): void {
  closeForChild(draft, count);
  if (!isContainer(lastOpen(draft))) closeLast(draft, false);
  draft.path.push(leaf);
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
  const language = showHidden(named).slice(0, MAX_LANGUAGE);
  pushLeaf(draft, inside, {
    type: "code",
    fence: fence[1] ?? fence[3] ?? "",
    indent,
    language,
    lines: emptyList(),
    blanks: "",
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
  pushLeaf(draft, inside, {
    type: "paragraph",
    pieces: emptyList(),
    tail: text.replace(/^[ \t]+/, ""),
    lastLine: 0,
  });
}

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
