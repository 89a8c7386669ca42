import type { ChunkedList } from "./chunked-list.ts";
import type { InlineTag } from "./inline-tag.ts";

/** The whole allowlist: what is not in these unions cannot reach the page. */
export type Block =
  | { readonly type: "paragraph"; readonly pieces: ChunkedList<InlineContent> }
  | { readonly type: "heading"; readonly depth: number; readonly phrase: InlineContent }
  | { readonly type: "code"; readonly language: string; readonly lines: ChunkedList<string> }
  | { readonly type: "quote"; readonly alert: Alert | null; readonly blocks: ChunkedList<Block> }
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
  | { readonly type: "rule" }
  /** A formula of its own; `open`: its end has not come. */
  | { readonly type: "formula"; readonly source: string; readonly raw: string; readonly open: boolean }
  | {
      readonly type: "details";
      readonly summary: InlineContent;
      readonly isOpen: boolean;
      readonly blocks: ChunkedList<Block>;
    }
  /** Stands at the end of the answer, where something refers to it, and else where it is. */
  | {
      readonly type: "footnote";
      readonly label: string;
      /** The label as it is written. */
      readonly shown: string;
      readonly blocks: ChunkedList<Block>;
    }
  /** Is not seen where something refers to it, or may: `half` is the beginning of one. */
  | {
      readonly type: "definition";
      readonly label: string;
      readonly half: boolean;
      readonly content: InlineContent;
    };

export type Item = { readonly task: boolean | null; readonly blocks: ChunkedList<Block> };
export type Column = "plain" | "left" | "right" | "center";
/** What a quote begins with on GitHub: `[!NOTE]`. */
export type Alert = "note" | "tip" | "important" | "warning" | "caution";
export type TableRow = readonly InlineContent[];
export type InlineContent = readonly Inline[];

export type Inline =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "break" }
  | {
      readonly type: "math";
      readonly source: string;
      /** With the marks around it, as it is written. */
      readonly raw: string;
      readonly display: boolean;
      readonly open: boolean;
    }
  /** Where a footnote belongs. */
  | { readonly type: "note"; readonly label: string }
  | { readonly type: "tag"; readonly tag: InlineTag; readonly children: InlineContent }
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
