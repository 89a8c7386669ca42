import { isHighSurrogate } from "#lib/protocol/surrogates.ts";
import type { Block, ParsedMarkdown } from "./block.ts";
import { emptyList } from "./chunked-list.ts";
import { type BlockDraft, closeLast, closeTo } from "./draft.ts";
import type { OpenBlock } from "./open-block.ts";
import { continueLine, readLine } from "./read-line.ts";

/** What has been read of an answer. A value: an older one stays valid when the text grows. */
export type ParserState = {
  readonly text: string;
  readonly path: readonly OpenBlock[];
  readonly definitions: ParsedMarkdown["definitions"];
  /** The characters after the last whole line. */
  readonly rest: string;
  /** False when `rest` continues a line that was cut for its length. */
  readonly fresh: boolean;
  /** Source characters given to the inline parser so far; each is given once. */
  readonly parsed: number;
};

export const initialParserState: ParserState = {
  text: "",
  path: [{ type: "root", blocks: emptyList() }],
  definitions: emptyList(),
  rest: "",
  fresh: true,
  parsed: 0,
};

// A longer line is read in parts, so that a megabyte without a line end costs linear time too.
const MAX_LINE = 1024;

/**
 * Reads what `text` adds. Blocks that have ended keep their identity in every later state, whatever the
 * chunks were; only text that does not continue the text before starts anew.
 */
export function advanceTo(before: ParserState, text: string): ParserState {
  if (text === before.text) return before;
  // Comparing a slice is one memcmp; `startsWith` walks the characters.
  if (text.slice(0, before.text.length) !== before.text) return advanceBy(initialParserState, text);
  // The caller's own string is kept: it is flat already, a second concatenation would have to be copied at
  // the next step.
  return { ...advanceBy(before, text.slice(before.text.length)), text };
}

/** The same for a caller who knows what is new: costs what `added` costs, however long the text before is. */
export function advanceBy(before: ParserState, added: string): ParserState {
  const draft: BlockDraft = {
    path: [...before.path],
    definitions: before.definitions,
    parsed: before.parsed,
    live: false,
    rested: false,
  };
  const { rest, fresh } = readLines(draft, before.rest + added, before.fresh);
  return {
    text: before.text + added,
    path: draft.path,
    definitions: draft.definitions,
    rest,
    fresh,
    parsed: draft.parsed,
  };
}

function readLines(
  draft: BlockDraft,
  unread: string,
  startsFresh: boolean,
): { rest: string; fresh: boolean } {
  let fresh = startsFresh;
  let at = 0;
  // A carriage return at the very end may be half a line end: it waits.
  const lineEnd = /\r\n|\n|\r(?!$)/g;
  const limit = unread.endsWith("\r") ? unread.length - 1 : unread.length;
  let end = lineEnd.exec(unread);
  for (;;) {
    if ((end?.index ?? limit) - at > MAX_LINE) {
      const cut = at + cutLength(unread, at);
      readPart(draft, unread.slice(at, cut), fresh, false);
      at = cut;
      fresh = false;
    } else if (end === null) return { rest: unread.slice(at), fresh };
    else {
      readPart(draft, unread.slice(at, end.index), fresh, true);
      at = lineEnd.lastIndex;
      fresh = true;
      end = lineEnd.exec(unread);
    }
  }
}

function cutLength(text: string, at: number): number {
  return isHighSurrogate(text.charCodeAt(at + MAX_LINE - 1)) ? MAX_LINE - 1 : MAX_LINE;
}

function readPart(draft: BlockDraft, text: string, fresh: boolean, ended: boolean): void {
  const visible = text.replaceAll("\0", "\uFFFD");
  if (fresh) readLine(draft, visible, ended);
  else continueLine(draft, visible, ended);
}

export type Preview = ParsedMarkdown & { readonly parsed: number };

/**
 * The answer as it looks now: `done` shows every character as it is, before that half a mark is held back
 * (U30). `rested`: nothing has come for a while.
 */
export function preview(settled: ParserState, done: boolean, rested = false): Preview {
  const draft: BlockDraft = {
    path: [...settled.path],
    definitions: settled.definitions,
    parsed: 0,
    live: !done,
    rested,
  };
  const rest = settled.rest.replace(/\r$/, "");
  if (rest !== "") readPart(draft, rest, settled.fresh, done);
  if (done) closeTo(draft, 1);
  while (draft.path.length > 1) closeLast(draft, true);
  return { blocks: rootBlocks(draft.path), definitions: draft.definitions, parsed: draft.parsed };
}

function rootBlocks(path: readonly OpenBlock[]): ParsedMarkdown["blocks"] {
  const root = path[0];
  return root?.type === "root" ? root.blocks : emptyList<Block>();
}
