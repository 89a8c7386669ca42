import { emptyList, isEmptyList } from "./chunked-list.ts";
import { type BlockDraft, closeForChild, closeTo, lastOpen, replaceLast } from "./draft.ts";
import { indentOf, isBlank, type LineCursor, restOf, skipColumns } from "./line-cursor.ts";
import { isContainer, type OpenDetails } from "./open-block.ts";

// Owns `<details>`, `<summary>` and their ends, each at the beginning of a line or behind another of them,
// and the end of details behind the words of a line. What stands between them is read as any other line.
// Details without an end end with what they stand in.

const START = /^<details(\s(?:[^<>"']|"[^"]*"|'[^']*')*)?>/i;
const SUMMARY = /^<summary(?:\s[^<>]*)?>/i;
const SUMMARY_END = /<\/summary\s*>/i;
const END = /^<\/details\s*>/i;
const HALF =
  /^<(?:\/?(?:d|de|det|deta|detai|detail|details)?|s|su|sum|summ|summa|summar|summary|\/details|(?:details|summary)\s[^<>]*)$/i;

const MAX_DETAILS = 8;

/** How many blocks are open around what is left of the line; null: nothing is. */
export function readDetailsLine(
  draft: BlockDraft,
  cursor: LineCursor,
  matched: number,
  ended: boolean,
): number | null {
  if (indentOf(cursor) > 3) return matched;
  for (let inside = matched; ; inside = draft.path.length) {
    const open = draft.path[inside - 1];
    const isSummary = open?.type === "details" && open.inSummary;
    if (/^\s*<\/?(?:details|summary)/i.test(restOf(cursor))) skipColumns(cursor, indentOf(cursor));
    if (draft.live && !ended && HALF.test(restOf(cursor))) return null;
    if (isSummary) readSummary(draft, open, inside, cursor);
    else if (
      !openDetails(draft, cursor, inside) &&
      !startSummary(draft, cursor, inside) &&
      !endDetails(draft, cursor, inside)
    )
      return inside;
    if (isBlank(cursor)) return null;
  }
}

function openDetails(draft: BlockDraft, cursor: LineCursor, inside: number): boolean {
  const start = START.exec(restOf(cursor));
  if (!start || detailsAround(draft, inside) >= MAX_DETAILS) return false;
  closeForChild(draft, inside);
  if (!isContainer(lastOpen(draft))) closeTo(draft, draft.path.length - 1);
  const isOpen = /\sopen(?=[\s=]|$)/i.test(start[1] ?? "");
  draft.path.push({ type: "details", isOpen, summary: "", inSummary: false, blocks: emptyList() });
  skip(cursor, start[0].length);
  return true;
}

const detailsAround = (draft: BlockDraft, count: number): number =>
  draft.path.slice(0, count).filter(({ type }) => type === "details").length;

function startSummary(draft: BlockDraft, cursor: LineCursor, inside: number): boolean {
  const open = draft.path[inside - 1];
  const start = SUMMARY.exec(restOf(cursor));
  if (!start || open?.type !== "details" || open.summary !== "" || !isEmptyList(open.blocks)) return false;
  closeTo(draft, inside);
  skip(cursor, start[0].length);
  readSummary(draft, { ...open, inSummary: true }, inside, cursor);
  return true;
}

/** Reads what of the line belongs to the summary. */
function readSummary(draft: BlockDraft, open: OpenDetails, inside: number, cursor: LineCursor): void {
  const rest = restOf(cursor);
  const end = SUMMARY_END.exec(rest);
  const text = (end ? rest.slice(0, end.index) : rest.replace(/<[^>]*$/, "")).trim();
  closeTo(draft, inside);
  replaceLast(draft, {
    ...open,
    inSummary: end === null,
    summary: [open.summary, text].filter((words) => words !== "").join(" "),
  });
  skip(cursor, end ? end.index + end[0].length : rest.length);
}

function endDetails(draft: BlockDraft, cursor: LineCursor, inside: number): boolean {
  const end = END.exec(restOf(cursor));
  const at = draft.path.slice(0, inside).findLastIndex(({ type }) => type === "details");
  if (!end || at === -1) return false;
  closeTo(draft, at);
  skip(cursor, end[0].length);
  return true;
}

const END_OF_LINE = /(?:<\/details\s*>\s*)+$/i;
const HALF_END = /<(?:\/(?:d|de|det|deta|detai|detail|details)?)?$/i;

/** What of the line stands before the ends of details, and how many those are. */
export function splitDetailsEnd(
  draft: BlockDraft,
  cursor: LineCursor,
  inside: number,
  ended: boolean,
): { text: LineCursor; closes: number } {
  if (detailsAround(draft, inside) === 0 || isInCode(draft, inside, cursor))
    return { text: cursor, closes: 0 };
  // While more may come, half of an end is held back.
  const half = draft.live && !ended ? (HALF_END.exec(cursor.line)?.[0].length ?? 0) : 0;
  const line = cursor.line.slice(0, cursor.line.length - half);
  const end = END_OF_LINE.exec(line);
  const at = end?.index ?? line.length;
  if (at < cursor.at || (half === 0 && !end)) return { text: cursor, closes: 0 };
  return { text: { ...cursor, line: line.slice(0, at) }, closes: end ? end[0].split(">").length - 1 : 0 };
}

const isInCode = (draft: BlockDraft, inside: number, cursor: LineCursor): boolean =>
  draft.path[inside]?.type === "code" || indentOf(cursor) > 3;

export function closeDetails(draft: BlockDraft, count: number): void {
  for (let left = count; left > 0; left -= 1) {
    const at = draft.path.findLastIndex(({ type }) => type === "details");
    if (at !== -1) closeTo(draft, at);
  }
}

/** Over characters that are no tabs. */
function skip(cursor: LineCursor, count: number): void {
  cursor.pad = 0;
  cursor.at += count;
  cursor.column += count;
}
