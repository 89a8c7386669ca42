import { showHidden } from "#lib/client/show-hidden.ts";
import { emptyList, isEmptyList } from "./chunked-list.ts";
import { normalLabel } from "./definition.ts";
import { type BlockDraft, closeForChild, closeLast, closeTo, lastOpen } from "./draft.ts";
import { indentOf, isBlank, type LineCursor, restOf, skipColumns } from "./line-cursor.ts";
import { isContainer, type OpenBlock } from "./open-block.ts";
import { THEMATIC } from "./thematic.ts";

const MAX_BLOCK_NESTING = 32;

/**
 * Counts the open containers that this line continues; those after stay open only if a lazy paragraph line
 * follows.
 */
export function matchContainers(draft: BlockDraft, cursor: LineCursor): number {
  let matched = 1;
  for (; matched < draft.path.length; matched++) {
    const open = draft.path[matched];
    if (open === undefined || !isContainer(open)) break;
    if (open.type === "quote" && !skipQuoteMark(cursor)) break;
    if (open.type === "footnote" && !continuesNote(cursor)) break;
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

function continuesNote(cursor: LineCursor): boolean {
  if (isBlank(cursor)) return true;
  if (indentOf(cursor) < 4) return false;
  skipColumns(cursor, 4);
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

/** Opens the containers that begin in this line, within the first `matched` open blocks. */
export function openContainers(draft: BlockDraft, cursor: LineCursor, matched: number): number {
  let inside = matched;
  while (
    containerDepthOf(draft, inside) < MAX_BLOCK_NESTING &&
    indentOf(cursor) < 4 &&
    !isBesideBox(draft, inside)
  ) {
    if (/^[ \t]*>/.test(restOf(cursor))) {
      skipQuoteMark(cursor);
      closeForChild(draft, inside);
      draft.path.push({ type: "quote", alert: null, blocks: emptyList() });
    } else if (!openNote(draft, cursor, inside) && !openItem(draft, cursor, inside)) break;
    inside = draft.path.length;
  }
  return inside;
}

/** Behind the box of a task stand words, whatever they look like (GFM 5.3). */
export function isBesideBox(draft: BlockDraft, inside: number): boolean {
  const last = draft.path[inside - 1];
  return (
    last?.type === "item" && last.task !== null && isEmptyList(last.blocks) && draft.path.length === inside
  );
}

function containerDepthOf(draft: BlockDraft, count: number): number {
  return draft.path.slice(0, count).filter((open) => isContainer(open) && open.type !== "list").length - 1;
}

function openNote(draft: BlockDraft, cursor: LineCursor, inside: number): boolean {
  const found = /^[ \t]*\[\^([^\s[\]\\]{1,200})\]:(?:[ \t]+|$|(?=[^ \t]))/.exec(restOf(cursor));
  if (found === null || (draft.live && found[0] === restOf(cursor))) return false;
  closeForChild(draft, inside);
  skipColumns(cursor, indentOf(cursor) + found[0].trim().length);
  skipColumns(cursor, indentOf(cursor));
  const shown = showHidden(found[1] ?? "");
  draft.path.push({ type: "footnote", label: normalLabel(shown), shown, blocks: emptyList() });
  return true;
}

function openItem(draft: BlockDraft, cursor: LineCursor, inside: number): boolean {
  const rest = restOf(cursor).trimStart();
  const marker = /^(?:([-+*])|(\d{1,9})([.)]))(?=[ \t]|$)/.exec(rest);
  if (marker === null || THEMATIC.test(rest)) return false;
  const [whole, bullet, digits, dot] = marker;
  const direct = draft.path[inside];
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
