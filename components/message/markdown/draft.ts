import type { Block, Definition, InlineContent, TableRow } from "./block.ts";
import { append, type ChunkedList, emptyList, isEmptyList } from "./chunked-list.ts";
import { isDefinition, readDefinition } from "./definition.ts";
import type { OpenBlock, OpenCode, OpenContainer, OpenParagraph, OpenTable } from "./open-block.ts";
import { parseInline } from "./parse-inline.ts";
import { parseLiveInline } from "./parse-live-inline.ts";
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
  return open.type === "root" || open.type === "quote" || open.type === "item";
}

function toBlock(draft: BlockDraft, open: Exclude<OpenBlock, { type: "item" }>, live: boolean): Block | null {
  switch (open.type) {
    case "root":
      return null;
    case "quote":
      return live && isEmptyList(open.blocks) ? null : { type: "quote", blocks: open.blocks };
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

function phrase(draft: BlockDraft, source: string, live: boolean): InlineContent {
  draft.parsed += source.length;
  return live ? parseLiveInline(source) : parseInline(source);
}

function closeCode(open: OpenCode): Block {
  const end = open.lines.last.length - 1;
  const last = open.lines.last.map((line, at) => (at === end ? line.replace(/\n$/, "") : line));
  return { type: "code", language: open.language, lines: { full: open.lines.full, last } };
}

/** The rows with the last one, which is a row like the others as soon as the next begins. */
export function closedRows(draft: BlockDraft, open: OpenTable, live: boolean): OpenTable["rows"] {
  if (open.row === null) return open.rows;
  const cells = splitRow(open.row);
  const row: TableRow = open.columns.map((_, at) =>
    phrase(draft, cells[at] ?? "", live && at >= cells.length - 1),
  );
  return append(open.rows, row);
}

function closeParagraph(draft: BlockDraft, open: OpenParagraph): Block | null {
  const tail = isEmptyList(open.pieces) && define(draft, open.tail) ? "" : open.tail;
  if (tail.trim() === "" && isEmptyList(open.pieces)) return null;
  return {
    type: "paragraph",
    pieces: append(open.pieces, lastPiece(open, tail, phrase(draft, tail, false))),
  };
}

function liveParagraph(draft: BlockDraft, open: OpenParagraph): Block | null {
  const shown = heldParagraph(open);
  if (shown.trim() === "" && isEmptyList(open.pieces)) return null;
  const words = phrase(draft, shown, true);
  return words.length === 0 && isEmptyList(open.pieces)
    ? null
    : { type: "paragraph", pieces: append(open.pieces, lastPiece(open, shown, words)) };
}

// The parser drops a blank at the start of a paragraph; between two pieces of one it is a blank between
// words.
function lastPiece(open: OpenParagraph, source: string, words: InlineContent): InlineContent {
  return isEmptyList(open.pieces) || !/^\s/.test(source) ? words : [{ type: "text", text: " " }, ...words];
}

// What a later line may turn into something else: a table's head and delimiter row, a definition, a task's
// box.
function heldParagraph(open: OpenParagraph): string {
  const { tail, lastLine } = open;
  if (isEmptyList(open.pieces) && /^ {0,3}\[[^\]]*(?:$|\]:)|^\[[ xX]?\]?$/.test(tail)) return "";
  const line = tail.slice(lastLine);
  const before = tail.slice(0, Math.max(0, lastLine - 1));
  const previous = before.slice(before.lastIndexOf("\n") + 1);
  if (/^[|:\- \t]+$/.test(line) && previous.includes("|"))
    return previous.startsWith("|") ? before.slice(0, -previous.length) : before;
  return line.startsWith("|") ? before : tail;
}

function define(draft: BlockDraft, lines: string): boolean {
  const definition = readDefinition(lines);
  if (definition === null) return false;
  draft.definitions = append(draft.definitions, definition);
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
    define(draft, open.tail);
    replaceLast(draft, { ...open, tail: line, lastLine: 0 });
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
  const settled: InlineContent = piece.blank === "" ? words : [...words, { type: "text", text: piece.blank }];
  const lastLine = Math.max(0, open.lastLine - (open.tail.length - piece.rest.length));
  return { ...open, pieces: append(open.pieces, settled), tail: piece.rest, lastLine };
}
