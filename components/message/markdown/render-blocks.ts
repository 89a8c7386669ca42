"use client";

import { createElement, Fragment, memo, type ReactElement, type ReactNode, useContext, useMemo } from "react";
import type { Block, Column, InlineContent, Item, TableRow } from "./block.ts";
import { type ChunkedList, isEmptyList, toArray } from "./chunked-list.ts";
import { CopyButton } from "./copy-button.ts";
import type { CodePiece } from "./highlight.ts";
import { LabelsContext } from "./labels-context.ts";
import { plainText } from "./parse-inline.ts";
import { InlineView, renderInlineContent } from "./render-inline.ts";
import { spreadsheetText } from "./spreadsheet-text.ts";
import { useHighlight } from "./use-highlight.ts";

/**
 * Blocks as elements. Settled chunks and blocks are memoised by identity; `live` marks the one at the end of
 * the text.
 */
export function renderBlocks(blocks: ChunkedList<Block>, live: boolean): ReactNode {
  return isEmptyList(blocks) && live
    ? createElement("p", null, caret())
    : renderGrowing(BlockChunk, blocks, live);
}

type ChunkProps<T> = { readonly chunk: readonly T[]; readonly live: boolean };
type ChunkView<T> = (props: ChunkProps<T> & { key: number }) => ReactElement;

function chunkOf<T>(render: (member: T, key: number, live: boolean) => ReactNode): ChunkView<T> {
  // biome-ignore lint/correctness/noComponentHookFactories: called once a kind, as the module loads.
  const Chunk = memo(function Chunk({ chunk, live }: ChunkProps<T>): ReactNode {
    return chunk.map((member, at) => render(member, at, live && at === chunk.length - 1));
  });
  return (props) => createElement(Chunk, props);
}

// A member's key is its place: lists only grow, so a place never changes hands and no node is ever remounted.
function renderGrowing<T>(view: ChunkView<T>, list: ChunkedList<T>, live: boolean): ReactNode[] {
  return [
    ...list.full.map((chunk, key) => view({ key, chunk, live: false })),
    view({ key: list.full.length, chunk: list.last, live }),
  ];
}

const BlockChunk = chunkOf<Block>((block, key, live) => createElement(BlockView, { key, block, live }));
const ItemChunk = chunkOf<Item>((item, key, live) => createElement(ItemView, { key, item, live }));
const PieceChunk = chunkOf<InlineContent>((phrase, key, live) =>
  createElement(Fragment, { key }, createElement(InlineView, { content: phrase }), live ? caret() : null),
);

function caret(): ReactElement {
  return createElement("span", { key: "caret", className: "caret", "aria-hidden": true });
}

type BlockProps = { readonly block: Block; readonly live: boolean };

const BlockView = memo(function BlockView({ block, live }: BlockProps): ReactNode {
  switch (block.type) {
    case "paragraph":
      return createElement("p", { dir: "auto" }, renderGrowing(PieceChunk, block.pieces, live));
    case "heading":
      // The page owns h1 and h2.
      return createElement(
        `h${Math.min(6, block.depth + 2)}`,
        { dir: "auto" },
        ...renderInlineContent(block.phrase),
        live ? caret() : null,
      );
    case "quote":
      return createElement("blockquote", { dir: "auto" }, renderGrowing(BlockChunk, block.blocks, live));
    case "list":
      return renderList(block, live);
    case "code":
      return createElement(CodeView, { block, live });
    case "table":
      return createElement(TableView, { block, live });
    case "rule":
      // A list in either state: the rule keeps its node when the caret beneath it goes.
      return [createElement("hr", { key: 0 }), live ? createElement("p", { key: 1 }, caret()) : null];
    default:
      return block satisfies never;
  }
});

function renderList(list: Extract<Block, { type: "list" }>, live: boolean): ReactElement {
  const start = list.ordered && list.start !== 1 ? { start: list.start } : {};
  return createElement(
    list.ordered ? "ol" : "ul",
    { dir: "auto", ...start },
    renderGrowing(ItemChunk, list.items, live),
  );
}

const ItemView = memo(function ItemView({
  item,
  live,
}: {
  readonly item: Item;
  readonly live: boolean;
}): ReactElement {
  const box =
    item.task === null ? null : createElement("span", { className: "box" }, item.task ? "☑ " : "☐ ");
  const inside = isEmptyList(item.blocks) && live ? caret() : renderGrowing(BlockChunk, item.blocks, live);
  return createElement(
    "li",
    item.task === null ? { dir: "auto" } : { dir: "auto", className: "task" },
    box,
    inside,
  );
});

type CodeProps = { readonly block: Extract<Block, { type: "code" }>; readonly live: boolean };

type LinesProps = { readonly chunk: readonly string[]; readonly pieces: readonly CodePiece[] | undefined };

const LineChunk = memo(function LineChunk({ chunk, pieces }: LinesProps): ReactElement {
  const content = pieces?.map(({ kind, text }, key) =>
    kind ? createElement("span", { key, className: kind }, text) : text,
  );
  return createElement("span", { className: "lines" }, content ?? chunk.join(""));
});

// Lines stand in chunks of their own boxes: a line more lays out one chunk, not the whole block.
function CodeView({ block, live }: CodeProps): ReactElement {
  const { copy, copied } = useContext(LabelsContext);
  const { lines } = block;
  const parts = useMemo(() => [...lines.full, ...(lines.last.length > 0 ? [lines.last] : [])], [lines]);
  const pieces = useHighlight(parts, block.language, live);
  const button = createElement(CopyButton, {
    label: copy,
    copied,
    read: () => toArray(block.lines).join(""),
  });
  const header = createElement("header", null, createElement("span", null, block.language), button);
  const chunks = parts.map((chunk, key) => createElement(LineChunk, { key, chunk, pieces: pieces?.[key] }));
  const code = createElement("code", null, chunks, live ? caret() : null);
  return createElement(
    "figure",
    { className: "codeblock", dir: "ltr" },
    header,
    createElement("pre", { tabIndex: 0 }, code),
  );
}

type TableBlock = Extract<Block, { type: "table" }>;

function TableView({ block, live }: { readonly block: TableBlock; readonly live: boolean }): ReactElement {
  const { copyTable, copied } = useContext(LabelsContext);
  const empty = isEmptyList(block.rows);
  const head = block.head.map((phrase, at) =>
    cell("th", phrase, at, block.columns[at], live && empty && at === block.head.length - 1),
  );
  const chunks = [...block.rows.full, block.rows.last].map((chunk, key) =>
    createElement(RowChunk, {
      key,
      chunk,
      columns: block.columns,
      live: live && key === block.rows.full.length,
    }),
  );
  const body = empty ? null : createElement("tbody", null, chunks);
  const table = createElement(
    "table",
    null,
    createElement("thead", null, createElement("tr", null, head)),
    body,
  );
  if (copyTable === undefined) return createElement("div", { className: "tablebox", tabIndex: 0 }, table);
  const button = createElement(CopyButton, { label: copyTable, copied, read: () => tabSeparated(block) });
  return createElement(
    "div",
    { className: "tablebox", tabIndex: 0 },
    table,
    createElement("footer", null, createElement("span"), button),
  );
}

type RowsProps = {
  readonly chunk: readonly TableRow[];
  readonly columns: readonly Column[];
  readonly live: boolean;
};

const RowChunk = memo(function RowChunk({ chunk, columns, live }: RowsProps): ReactNode {
  return chunk.map((row, key) =>
    createElement(RowView, { key, row, columns, live: live && key === chunk.length - 1 }),
  );
});

type TableRowProps = { readonly row: TableRow; readonly columns: readonly Column[]; readonly live: boolean };

const RowView = memo(function RowView({ row, columns, live }: TableRowProps): ReactElement {
  const filled = row.findLastIndex((phrase) => phrase.length > 0);
  return createElement(
    "tr",
    null,
    row.map((phrase, at) => cell("td", phrase, at, columns[at], live && at === Math.max(0, filled))),
  );
});

function cell(
  tag: "th" | "td",
  phrase: InlineContent,
  key: number,
  column: Column | undefined,
  live: boolean,
): ReactElement {
  const attributes = {
    key,
    dir: "auto",
    ...(column === "right" ? { className: "r" } : {}),
    ...(tag === "th" ? { scope: "col" } : {}),
  };
  return createElement(tag, attributes, ...renderInlineContent(phrase), live ? caret() : null);
}

function tabSeparated(table: TableBlock): string {
  const rows = [table.head, ...toArray(table.rows)];
  return rows.map((row) => row.map((phrase) => spreadsheetText(plainText(phrase))).join("\t")).join("\n");
}
