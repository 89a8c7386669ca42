import { emptyList } from "./chunked-list.ts";
import { type BlockDraft, closeForChild, closeLast, pushLeaf, replaceLast } from "./draft.ts";
import type { OpenComment } from "./open-block.ts";

// Owns comments of HTML that begin a line: they reach over blank lines and whatever else stands in them
// (CommonMark 4.6, kind 2). One without an end is the text that it is.

const MAX_COMMENT = 10_000;

/** Opens a comment with this line, or passes over one that is the whole of it. */
export function startComment(draft: BlockDraft, rest: string, inside: number, ended: boolean): boolean {
  if (!rest.startsWith("<!--")) return false;
  // `<!-->` is a whole one.
  const end = rest.indexOf("-->", 2);
  if (end === -1) pushLeaf(draft, inside, { type: "comment", source: rest + (ended ? "\n" : "") });
  // What follows it in the line is read with it, as a comment within the line.
  else if (rest.slice(end + 3).trim() !== "") return false;
  else {
    closeForChild(draft, inside);
    if (draft.path.length > inside) closeLast(draft, false);
  }
  return true;
}

/** False where the line is none of the comment, which is closed then. */
export function readCommentLine(draft: BlockDraft, open: OpenComment, rest: string, ended: boolean): boolean {
  const end = rest.indexOf("-->");
  if (end === -1 && open.source.length > MAX_COMMENT) {
    closeLast(draft, false);
    return false;
  }
  if (end === -1) replaceLast(draft, { ...open, source: open.source + rest + (ended ? "\n" : "") });
  else {
    draft.path.pop();
    const tail = rest.slice(end + 3).trimStart();
    if (tail !== "")
      pushLeaf(draft, draft.path.length, { type: "paragraph", pieces: emptyList(), tail, lastLine: 0 });
  }
  return true;
}
