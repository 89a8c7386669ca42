"use client";

import { createElement, memo, type ReactElement, type ReactNode, useContext } from "react";
import type { Block, Column, InlineContent, TableRow } from "./block.ts";
import { isEmptyList, toArray } from "./chunked-list.ts";
import { columnWidths, hasLongWord, isFigure } from "./column-widths.ts";
import { CopyButton } from "./copy-button.ts";
import { inlineText } from "./inline-text.ts";
import { LabelsContext } from "./labels-context.ts";
import { renderCaret, renderInlineContent } from "./render-inline.ts";
import { spreadsheetText } from "./spreadsheet-text.ts";
import { directionOf } from "./text-direction.ts";
import { watchOverflow } from "./watch-overflow.ts";

type TableBlock = Extract<Block, { type: "table" }>;

export function TableView({
  block,
  live,
}: {
  readonly block: TableBlock;
  readonly live: boolean;
}): ReactElement {
  const { copyTable, copied } = useContext(LabelsContext);
  const first = (block.rows.full[0] ?? block.rows.last)[0];
  const dir = directionOf([...block.head, ...(first ?? [])]) ?? "auto";
  const widths = columnWidths(block.head, first);
  const width = widths.reduce((sum, each) => sum + each, 0);
  const columns = widths.map((each, key) => createElement("col", { key, width: each }));
  const table = createElement(
    "table",
    { width },
    createElement("colgroup", null, columns),
    ...renderRows(block, live),
  );
  const button =
    copyTable === undefined
      ? null
      : createElement(CopyButton, { label: copyTable, copied, read: () => tabSeparated(block) });
  return createElement(
    "div",
    { className: "tablebox", dir },
    createElement("div", { className: "tablescroll", tabIndex: 0, ref: watchOverflow }, table),
    button && createElement("footer", null, createElement("span"), button),
  );
}

function renderRows(block: TableBlock, live: boolean): ReactNode[] {
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
  return [
    createElement("thead", { key: "head" }, createElement("tr", null, head)),
    empty ? null : createElement("tbody", { key: "body" }, chunks),
  ];
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
  const text = inlineText(phrase);
  const className = [
    column === undefined || column === "plain" ? "" : column.charAt(0),
    isFigure(text) ? "one-line" : hasLongWord(text) ? "breaks" : "",
  ]
    .filter((name) => name !== "")
    .join(" ");
  const attributes = {
    key,
    // What has no letters stands as the table does.
    ...(/\p{L}/u.test(text) ? { dir: "auto" } : {}),
    ...(className === "" ? {} : { className }),
    ...(tag === "th" ? { scope: "col" } : {}),
  };
  return createElement(tag, attributes, ...renderInlineContent(phrase), live ? renderCaret() : null);
}

function tabSeparated(table: TableBlock): string {
  const rows = [table.head, ...toArray(table.rows)];
  return rows.map((row) => row.map((phrase) => spreadsheetText(inlineText(phrase))).join("\t")).join("\n");
}
