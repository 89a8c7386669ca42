import type { Growing } from "./growing.ts";

/** The whole allowlist: what is not in these unions cannot reach the page. */
export type Block =
  | { readonly type: "paragraph"; readonly pieces: Growing<Phrase> }
  | { readonly type: "heading"; readonly depth: number; readonly phrase: Phrase }
  | { readonly type: "code"; readonly language: string; readonly lines: Growing<string> }
  | { readonly type: "quote"; readonly blocks: Growing<Block> }
  | {
      readonly type: "list";
      readonly ordered: boolean;
      readonly start: number;
      readonly items: Growing<Item>;
    }
  | {
      readonly type: "table";
      readonly columns: readonly Column[];
      readonly head: readonly Phrase[];
      readonly rows: Growing<Row>;
    }
  | { readonly type: "rule" };

export type Item = { readonly task: boolean | null; readonly blocks: Growing<Block> };
export type Column = "plain" | "right";
export type Row = readonly Phrase[];
export type Phrase = readonly Inline[];

export type Inline =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "break" }
  | { readonly type: "emphasis" | "strong" | "delete"; readonly children: Phrase }
  | {
      readonly type: "link";
      readonly href: string;
      readonly shownHost: string | null;
      readonly children: Phrase;
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
      readonly children: Phrase;
    };

/**
 * `[label]: destination`; an empty destination is one the link rules refuse. Of two with one label the first
 * wins.
 */
export type Definition = { readonly label: string; readonly destination: string };

export type Answer = { readonly blocks: Growing<Block>; readonly definitions: Growing<Definition> };
