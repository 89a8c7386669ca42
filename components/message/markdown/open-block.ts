import type { Alert, Block, Column, InlineContent, Item, TableRow } from "./block.ts";
import type { ChunkedList } from "./chunked-list.ts";

/**
 * A block whose end has not been read. Values: reading a line replaces them, so an older state stays whole.
 */
export type OpenBlock = OpenContainer | OpenLeaf;

export type OpenContainer =
  | { readonly type: "root"; readonly blocks: ChunkedList<Block> }
  | { readonly type: "quote"; readonly alert: Alert | null; readonly blocks: ChunkedList<Block> }
  | {
      readonly type: "footnote";
      readonly label: string;
      readonly shown: string;
      readonly blocks: ChunkedList<Block>;
    }
  | OpenDetails
  | {
      readonly type: "item";
      readonly indent: number;
      readonly task: boolean | null;
      readonly blocks: ChunkedList<Block>;
    }
  | OpenList;

export type OpenDetails = {
  readonly type: "details";
  readonly isOpen: boolean;
  readonly summary: string;
  /** Its summary is being read. */
  readonly inSummary: boolean;
  readonly blocks: ChunkedList<Block>;
};

export type OpenList = {
  readonly type: "list";
  readonly mark: string;
  readonly ordered: boolean;
  readonly start: number;
  readonly items: ChunkedList<Item>;
};

export type OpenLeaf =
  | OpenParagraph
  | OpenCode
  | OpenTable
  | OpenFormula
  | OpenComment
  | { readonly type: "heading"; readonly depth: number; readonly source: string };

export type OpenParagraph = {
  readonly type: "paragraph";
  readonly pieces: ChunkedList<InlineContent>;
  /** The source of the last piece, not parsed yet. */
  readonly tail: string;
  /** Where the last line begins in `tail`. */
  readonly lastLine: number;
};

export type OpenCode = {
  readonly type: "code";
  /** The opening fence, or null for an indented block. */
  readonly fence: string | null;
  readonly indent: number;
  readonly language: string;
  readonly lines: ChunkedList<string>;
  /** Blank lines that count only if more code follows. */
  readonly blanks: string;
  /** Fences that are open in the Markdown that this is the code of. */
  readonly nested: number;
};

export type OpenFormula = {
  readonly type: "formula";
  /** What it began with, and what it ends with. */
  readonly opener: string;
  readonly closer: string;
  readonly source: string;
};

/** A comment of HTML over lines, whose end has not come. */
export type OpenComment = { readonly type: "comment"; readonly source: string };

export type OpenTable = {
  readonly type: "table";
  readonly columns: readonly Column[];
  readonly head: readonly InlineContent[];
  readonly rows: ChunkedList<TableRow>;
  /** The source of the last row, which may still grow. */
  readonly row: string | null;
};

export function isContainer(open: OpenBlock): open is OpenContainer {
  return "blocks" in open || open.type === "list";
}
