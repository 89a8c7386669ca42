import type { ChunkedList } from "./chunked-list.ts";

/** The whole allowlist: what is not in these unions cannot reach the page. */
export type Block =
  | { readonly type: "paragraph"; readonly pieces: ChunkedList<InlineContent> }
  | { readonly type: "heading"; readonly depth: number; readonly phrase: InlineContent }
  | { readonly type: "code"; readonly language: string; readonly lines: ChunkedList<string> }
  | { readonly type: "quote"; readonly blocks: ChunkedList<Block> }
  | {
      readonly type: "list";
      readonly ordered: boolean;
      readonly start: number;
      readonly items: ChunkedList<Item>;
    }
  | {
      readonly type: "table";
      readonly columns: readonly Column[];
      readonly head: readonly InlineContent[];
      readonly rows: ChunkedList<TableRow>;
    }
  | { readonly type: "rule" };

export type Item = { readonly task: boolean | null; readonly blocks: ChunkedList<Block> };
export type Column = "plain" | "right";
export type TableRow = readonly InlineContent[];
export type InlineContent = readonly Inline[];

export type Inline =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "break" }
  | { readonly type: "emphasis" | "strong" | "delete"; readonly children: InlineContent }
  | {
      readonly type: "link";
      readonly href: string;
      readonly shownHost: string | null;
      readonly children: InlineContent;
    }
  | {
      readonly type: "image";
      readonly alt: string;
      readonly href: string | null;
      readonly host: string | null;
    }
  | {
      readonly type: "reference";
      readonly label: string;
      readonly image: boolean;
      readonly tail: string;
      readonly children: InlineContent;
    };

/**
 * `[label]: destination`; an empty destination is one the link rules refuse. Of two with one label the first
 * wins.
 */
export type Definition = { readonly label: string; readonly destination: string };

export type ParsedMarkdown = {
  readonly blocks: ChunkedList<Block>;
  readonly definitions: ChunkedList<Definition>;
};
