"use client";

import {
  createElement,
  Fragment,
  memo,
  type ReactElement,
  type ReactNode,
  type SyntheticEvent,
  useContext,
  useMemo,
  useState,
} from "react";
import type { Block, InlineContent, Item } from "./block.ts";
import { type ChunkedList, isEmptyList, toArray } from "./chunked-list.ts";
import { CopyButton } from "./copy-button.ts";
import { FormulaView } from "./formula-view.ts";
import type { CodePiece } from "./highlight.ts";
import { LabelsContext } from "./labels-context.ts";
import { ReferencesContext } from "./references-context.ts";
import { InlineView, NoteLink, renderCaret, renderInlineContent } from "./render-inline.ts";
import { TableView } from "./render-table.ts";
import { directionOfBlocks } from "./text-direction.ts";
import { useHighlight } from "./use-highlight.ts";

/**
 * Blocks as elements. Settled chunks and blocks are memoised by identity; `live` marks the one at the end of
 * the text.
 */
export function renderBlocks(blocks: ChunkedList<Block>, live: boolean): ReactNode {
  return isEmptyList(blocks) && live
    ? createElement("p", null, renderCaret())
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
  createElement(
    Fragment,
    { key },
    createElement(InlineView, { content: phrase }),
    live ? renderCaret() : null,
  ),
);

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
        live ? renderCaret() : null,
      );
    case "quote":
      return createElement(QuoteView, { block, live });
    case "list":
      return renderList(block, live);
    case "formula":
      return createElement(
        "p",
        { className: "display" },
        createElement(FormulaView, { ...block, display: true }),
        live ? renderCaret() : null,
      );
    case "details":
      return createElement(DetailsView, { block, live });
    case "footnote":
      return createElement(UnusedNote, { block, live });
    case "definition":
      return createElement(DefinitionView, { block, live });
    case "code":
      return createElement(CodeView, { block, live });
    case "table":
      return createElement(TableView, { block, live });
    case "rule":
      // A list in either state: the rule keeps its node when the caret beneath it goes.
      return [createElement("hr", { key: 0 }), live ? createElement("p", { key: 1 }, renderCaret()) : null];
    default:
      return block satisfies never;
  }
});

function renderList(list: Extract<Block, { type: "list" }>, live: boolean): ReactElement {
  const start = list.ordered && list.start !== 1 ? { start: list.start } : {};
  return createElement(
    list.ordered ? "ol" : "ul",
    { dir: directionOfBlocks([list]) ?? "auto", ...start },
    renderGrowing(ItemChunk, list.items, live),
  );
}

type Of<T extends Block["type"]> = {
  readonly block: Extract<Block, { type: T }>;
  readonly live: boolean;
};

function QuoteView({ block, live }: Of<"quote">): ReactElement {
  const { alerts } = useContext(LabelsContext);
  const isEmpty = isEmptyList(block.blocks);
  return createElement(
    "blockquote",
    {
      dir: directionOfBlocks([block]) ?? "auto",
      ...(block.alert ? { className: `alert is-${block.alert}` } : {}),
    },
    block.alert && createElement("p", { className: "alert-name" }, alerts?.[block.alert] ?? block.alert),
    isEmpty && live ? renderCaret() : renderGrowing(BlockChunk, block.blocks, live),
  );
}

/** Open while it is written, and then as the reader leaves it. */
function DetailsView({ block, live }: Of<"details">): ReactElement {
  const { details } = useContext(LabelsContext);
  const [isOpen, setOpen] = useState(live || block.isOpen);
  const hasSummary = block.summary.length > 0;
  return createElement(
    "details",
    {
      open: isOpen,
      onToggle: (event: SyntheticEvent<HTMLDetailsElement>) => setOpen(event.currentTarget.open),
    },
    createElement(
      "summary",
      { dir: "auto" },
      ...(hasSummary ? renderInlineContent(block.summary) : [details ?? "…"]),
    ),
    renderGrowing(BlockChunk, block.blocks, live),
  );
}

/** Where something refers to it, it stands at the end of the answer. */
function UnusedNote({ block, live }: Of<"footnote">): ReactNode {
  const { numbers } = useContext(ReferencesContext);
  if (numbers.has(block.label)) return null;
  const [first, ...rest] = toArray(block.blocks);
  const label = `[^${block.shown}]: `;
  const isText = first?.type === "paragraph";
  return [
    createElement(
      "p",
      { key: "first", dir: "auto" },
      label,
      ...(isText ? renderGrowing(PieceChunk, first.pieces, live && rest.length === 0) : []),
    ),
    ...(isText ? rest : toArray(block.blocks)).map((each, key) =>
      createElement(BlockView, { key, block: each, live: live && each === rest.at(-1) }),
    ),
  ];
}

/** A definition is seen where nothing refers to it: it may be what somebody says. */
function DefinitionView({ block, live }: Of<"definition">): ReactNode {
  const { used } = useContext(ReferencesContext);
  const isUsed = block.half
    ? used.some((label) => label.startsWith(block.label))
    : used.includes(block.label);
  if (isUsed) return live ? createElement("p", null, renderCaret()) : null;
  return createElement(
    "p",
    { dir: "auto" },
    ...renderInlineContent(block.content),
    live ? renderCaret() : null,
  );
}

/** The notes of an answer, at its end. */
export function renderNotes(notes: readonly FootnoteBlock[]): ReactNode {
  return notes.length === 0 ? null : createElement(NotesView, { key: "notes", notes });
}

type FootnoteBlock = Extract<Block, { type: "footnote" }>;

function NotesView({ notes }: { readonly notes: readonly FootnoteBlock[] }): ReactElement {
  const { notes: label, noteBack } = useContext(LabelsContext);
  const { id, numbers } = useContext(ReferencesContext);
  const items = notes.map((note) => {
    const number = numbers.get(note.label);
    return createElement(
      "li",
      { key: note.label, id: `${id}note${number}`, value: number, tabIndex: -1 },
      renderGrowing(BlockChunk, note.blocks, false),
      createElement(NoteLink, { to: `${id}mark${number}`, label: noteBack ?? "↩", words: "↩" }),
    );
  });
  return createElement(
    "section",
    { className: "notes", "aria-label": label },
    createElement("ol", null, items),
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
  const inside =
    isEmptyList(item.blocks) && live ? renderCaret() : renderGrowing(BlockChunk, item.blocks, live);
  return createElement("li", item.task === null ? null : { className: "task" }, box, inside);
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
  const code = createElement("code", null, chunks, live ? renderCaret() : null);
  return createElement(
    "figure",
    { className: "codeblock", dir: "ltr" },
    header,
    createElement("pre", { tabIndex: 0 }, code),
  );
}
