import { showHidden } from "#lib/client/show-hidden.ts";
import type { Block, Definition, Inline, InlineContent, TableRow } from "./block.ts";
import { append, type ChunkedList, emptyList, isEmptyList } from "./chunked-list.ts";
import { halfDefinition, isDefinition, readDefinition } from "./definition.ts";
import {
  isContainer,
  type OpenBlock,
  type OpenCode,
  type OpenContainer,
  type OpenDetails,
  type OpenFormula,
  type OpenLeaf,
  type OpenParagraph,
  type OpenTable,
} from "./open-block.ts";
import { parseInline, parseLiveInline } from "./parse-inline.ts";
import { type Split, splitPiece } from "./split-piece.ts";
import { splitRow } from "./table-line.ts";

/** One settling step: the only mutable thing here, thrown away when the step returns. */
export type BlockDraft = {
  readonly path: OpenBlock[];
  definitions: ChunkedList<Definition>;
  /** Source characters given to the inline parser, the measure of work. */
  parsed: number;
  /** The last line has not ended: hold back what could still become other syntax. */
  readonly live: boolean;
  /** Nothing has come for a while: what is words, though it may become something else, is shown. */
  readonly rested: boolean;
};

export function lastOpen(draft: BlockDraft): OpenBlock {
  return draft.path[draft.path.length - 1] ?? { type: "root", blocks: emptyList() };
}

export function replaceLast(draft: BlockDraft, open: OpenBlock): void {
  draft.path[draft.path.length - 1] = open;
}

/** Closes the innermost blocks until `count` are open. */
export function closeTo(draft: BlockDraft, count: number): void {
  while (draft.path.length > count) closeLast(draft, false);
}

/** Closes the innermost block; `live` draws it as it looks while its end is not known. */
export function closeLast(draft: BlockDraft, live: boolean): void {
  const open = draft.path.pop();
  if (open === undefined) return;
  if (open.type === "item") {
    addItem(draft, open, live);
    return;
  }
  const block = toBlock(draft, open, live);
  if (block !== null) addBlock(draft, block);
}

function addItem(draft: BlockDraft, item: Extract<OpenBlock, { type: "item" }>, live: boolean): void {
  const list = lastOpen(draft);
  if (list.type !== "list" || (live && isEmptyList(item.blocks))) return;
  replaceLast(draft, { ...list, items: append(list.items, { task: item.task, blocks: item.blocks }) });
}

export function addBlock(draft: BlockDraft, block: Block): void {
  if (lastOpen(draft).type === "list") closeLast(draft, false);
  const parent = lastOpen(draft);
  if (isParent(parent)) replaceLast(draft, { ...parent, blocks: append(parent.blocks, block) });
}

function isParent(open: OpenBlock): open is Exclude<OpenContainer, { type: "list" }> {
  return isContainer(open) && open.type !== "list";
}

/** Closes what a new child of the first `count` open blocks ends. */
export function closeForChild(draft: BlockDraft, count: number): void {
  closeTo(draft, count);
  if (lastOpen(draft).type === "list") closeLast(draft, false);
}

export function pushLeaf(draft: BlockDraft, count: number, leaf: OpenLeaf): void {
  closeForChild(draft, count);
  if (!isContainer(lastOpen(draft))) closeLast(draft, false);
  draft.path.push(leaf);
}

function toBlock(draft: BlockDraft, open: Exclude<OpenBlock, { type: "item" }>, live: boolean): Block | null {
  switch (open.type) {
    case "root":
      return null;
    case "quote":
      return live && isEmptyList(open.blocks) && open.alert === null
        ? null
        : { type: "quote", alert: open.alert, blocks: open.blocks };
    case "footnote":
      return live && isEmptyList(open.blocks)
        ? null
        : { type: "footnote", label: open.label, shown: open.shown, blocks: open.blocks };
    case "details":
      return toDetails(draft, open, live);
    case "formula":
      return live ? liveFormula(open) : closeAsText(draft, open.opener + open.source);
    case "comment":
      return live ? null : closeAsText(draft, open.source);
    case "list":
      return isEmptyList(open.items)
        ? null
        : { type: "list", ordered: open.ordered, start: open.start, items: open.items };
    case "heading":
      return { type: "heading", depth: open.depth, phrase: phrase(draft, open.source, live) };
    case "code":
      return closeCode(open);
    case "table":
      return { type: "table", columns: open.columns, head: open.head, rows: closedRows(draft, open, live) };
    case "paragraph":
      return live ? liveParagraph(draft, open) : closeParagraph(draft, open);
    default:
      return open satisfies never;
  }
}

function toDetails(draft: BlockDraft, open: OpenDetails, live: boolean): Block | null {
  const summary = phrase(draft, open.summary, live && open.inSummary);
  return live && isEmptyList(open.blocks) && summary.length === 0
    ? null
    : { type: "details", summary, isOpen: open.isOpen, blocks: open.blocks };
}

function phrase(draft: BlockDraft, source: string, live: boolean): InlineContent {
  draft.parsed += source.length;
  return live ? parseLiveInline(source, draft.rested) : parseInline(source);
}

function liveFormula(open: OpenFormula): Block | null {
  const { opener, source } = open;
  const shown = source.replace(/\\+$/, "");
  return { type: "formula", source: shown, raw: showHidden(opener + shown), open: true };
}

/** A formula or a comment without an end is none: it is the text that it is. */
function closeAsText(draft: BlockDraft, source: string): Block {
  const words = phrase(draft, source.replace(/\s+$/, ""), false);
  return { type: "paragraph", pieces: append(emptyList(), words) };
}

function closeCode(open: OpenCode): Block {
  const end = open.lines.last.length - 1;
  const last = open.lines.last.map((line, at) => (at === end ? line.replace(/\n$/, "") : line));
  return { type: "code", language: open.language, lines: { full: open.lines.full, last } };
}

/** The rows with the last one, which is a row like the others as soon as the next begins. */
export function closedRows(draft: BlockDraft, open: OpenTable, live: boolean): OpenTable["rows"] {
  if (open.row === null) return open.rows;
  const cells = splitRow(live ? withoutHalfEscape(open.row) : open.row);
  const row: TableRow = open.columns.map((_, at) =>
    phrase(draft, cells[at] ?? "", live && at >= cells.length - 1),
  );
  return append(open.rows, row);
}

/** A backslash at the end may escape the pipe that comes, also in code. */
const withoutHalfEscape = (row: string): string => row.replace(/\\$/, "");

function closeParagraph(draft: BlockDraft, open: OpenParagraph): Block | null {
  const tail = isEmptyList(open.pieces) && define(draft, open.tail) ? "" : open.tail;
  if (tail.trim() === "" && isEmptyList(open.pieces)) return null;
  const words = phrase(draft, tail, false);
  // A comment.
  if (words.length === 0 && isEmptyList(open.pieces)) return null;
  return { type: "paragraph", pieces: append(open.pieces, lastPiece(open, tail, words)) };
}

function liveParagraph(draft: BlockDraft, open: OpenParagraph): Block | null {
  const isFirst = isEmptyList(open.pieces);
  if (isFirst && lastOpen(draft).type === "item" && /^\[[ xX]?\]?[ \t]*$/.test(open.tail)) return null;
  const half = isFirst ? halfDefinition(open.tail) : null;
  if (half !== null) return { type: "definition", ...half, content: phrase(draft, open.tail, true) };
  const { text, row } = splitTableHead(open);
  if (row === null) return liveText(draft, open, text);
  const before = liveText(draft, open, text);
  if (before !== null) addBlock(draft, before);
  const cells = splitRow(withoutHalfEscape(row));
  return {
    type: "table",
    columns: cells.map(() => "plain"),
    head: cells.map((cell, at) => phrase(draft, cell, at === cells.length - 1)),
    rows: emptyList(),
  };
}

function liveText(draft: BlockDraft, open: OpenParagraph, text: string): Block | null {
  if (text.trim() === "" && isEmptyList(open.pieces)) return null;
  const words = phrase(draft, text, true);
  return words.length === 0 && isEmptyList(open.pieces)
    ? null
    : { type: "paragraph", pieces: append(open.pieces, lastPiece(open, text, words)) };
}

/** What is text in a paragraph that has not ended, and the line that looks like the head of a table. */
function splitTableHead({ tail, lastLine }: OpenParagraph): { text: string; row: string | null } {
  const line = tail.slice(lastLine);
  const before = tail.slice(0, Math.max(0, lastLine - 1));
  const start = before.lastIndexOf("\n") + 1;
  const previous = before.slice(start);
  if (/^[|:\- \t]+$/.test(line) && previous.includes("|"))
    return previous.startsWith("|")
      ? { text: before.slice(0, Math.max(0, start - 1)), row: previous }
      : { text: before, row: null };
  return line.startsWith("|") && !previous.startsWith("|")
    ? { text: before, row: line }
    : { text: tail, row: null };
}

// The parser drops a blank at the start of a paragraph; between two pieces of one it is a blank between
// words.
function lastPiece(open: OpenParagraph, source: string, words: InlineContent): InlineContent {
  const blank = isEmptyList(open.pieces) ? undefined : /^\s+/.exec(source)?.[0];
  return blank === undefined ? words : [blankOf(blank), ...words];
}

const blankOf = (blank: string): Inline =>
  blank.includes("\n") ? { type: "break" } : { type: "text", text: blank.slice(0, 1) };

function define(draft: BlockDraft, lines: string): boolean {
  const definition = readDefinition(lines);
  if (definition === null) return false;
  draft.definitions = append(draft.definitions, definition.definition);
  const content = phrase(draft, definition.rest, false);
  const shown = [{ type: "text", text: `[${showHidden(definition.shown)}]: ` } as const, ...content];
  addBlock(draft, { type: "definition", label: definition.definition.label, half: false, content: shown });
  return true;
}

/** Adds a line to the open paragraph, or more of its last line when `fresh` is false. */
export function appendText(draft: BlockDraft, open: OpenParagraph, text: string, fresh: boolean): void {
  const line = fresh ? text.replace(/^[ \t]+/, "") : text;
  if (
    fresh &&
    isEmptyList(open.pieces) &&
    isDefinition(open.tail) &&
    !isDefinition(`${open.tail}\n${line}`)
  ) {
    draft.path.pop();
    define(draft, open.tail);
    draft.path.push({ ...open, tail: line, lastLine: 0 });
    return;
  }
  const piece = splitPiece(open.tail, fresh);
  if (piece !== null) {
    appendText(draft, settlePiece(draft, open, piece), text, fresh);
    return;
  }
  const joint = fresh && open.tail !== "" ? "\n" : "";
  const lastLine = fresh ? open.tail.length + joint.length : open.lastLine;
  replaceLast(draft, { ...open, tail: open.tail + joint + line, lastLine });
}

function settlePiece(draft: BlockDraft, open: OpenParagraph, piece: Split): OpenParagraph {
  const words = lastPiece(open, piece.source, phrase(draft, piece.source, false));
  const settled: InlineContent = piece.blank === "" ? words : [...words, blankOf(piece.blank)];
  const lastLine = Math.max(0, open.lastLine - (open.tail.length - piece.rest.length));
  return { ...open, pieces: append(open.pieces, settled), tail: piece.rest, lastLine };
}
