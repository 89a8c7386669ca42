"use client";

import { createElement, type ReactElement, useEffect, useMemo, useState } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { isHighSurrogate } from "#lib/protocol/surrogates.ts";
import type { ParsedMarkdown } from "./block.ts";
import { emptyList, toArray } from "./chunked-list.ts";
import { crowdedSites } from "./crowded-sites.ts";
import { advanceTo, initialParserState, type ParserState, preview } from "./incremental-parser.ts";
import { LabelsContext } from "./labels-context.ts";
import type { MarkdownLabels } from "./markdown-labels.ts";
import { renderBlocks } from "./render-blocks.ts";
import { type References, ReferencesContext } from "./render-inline.ts";

export type MarkdownProps = {
  /** The whole text so far. When it grows at its end, only the end is read. */
  readonly text: string;
  /** More may come: a caret stands at the end and half a mark is held back. */
  readonly live: boolean;
  /** Keep the same object between renders. */
  readonly labels: MarkdownLabels;
};

/**
 * Characters that are read and drawn at once. The rest of a longer text comes piece by piece, in the browser
 * only: it stays usable meanwhile, and no page holds up a server.
 */
const maxAtOnce = 16_384;

/**
 * The text as blocks, without the box around them. Text that cannot be read is shown as it is, on the server
 * too, where no boundary helps.
 */
export function MarkdownBlocks({ text, live, labels }: MarkdownProps): ReactElement {
  const settled = useSettled(text);
  const isWhole = settled?.text === text;
  const answer = useMemo(
    () => settled && nullIfItThrows(() => preview(settled, !live && isWhole)),
    [settled, live, isWhole],
  );
  const references = useReferences(answer ?? initialAnswer, live);
  if (!answer) return createElement("p", { className: "plain", dir: "auto" }, showHidden(text));
  const blocks = renderBlocks(answer.blocks, live);
  return createElement(
    LabelsContext,
    { value: labels },
    createElement(ReferencesContext, { value: references }, blocks),
  );
}

const initialAnswer: ParsedMarkdown = { blocks: emptyList(), definitions: emptyList() };

/** As far as the text has been read; null: it cannot be. */
function useSettled(text: string): ParserState | null {
  const [settled, setSettled] = useState(() => readOn(initialParserState, text));
  useEffect(() => {
    if (!settled || text.length - settled.text.length <= maxAtOnce) return;
    const timer = setTimeout(() => setSettled((before) => before && readOn(before, text)));
    return () => clearTimeout(timer);
  }, [settled, text]);
  if (!settled || settled.text === text) return settled;
  if (text.length - settled.text.length > maxAtOnce && isPrefix(settled, text)) return settled;
  // State that follows a prop (react.dev, "Storing information from previous renders"): React renders again
  // at once, before any child.
  const next = readOn(settled, text);
  setSettled(next);
  return next;
}

const isPrefix = (settled: ParserState, text: string): boolean =>
  text.slice(0, settled.text.length) === settled.text;

/** Reads at most `maxAtOnce` characters more; no character of two units is divided. */
function readOn(settled: ParserState, text: string): ParserState | null {
  const before = isPrefix(settled, text) ? settled : initialParserState;
  const end = before.text.length + maxAtOnce;
  const next = isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end;
  return nullIfItThrows(() => advanceTo(before, next < text.length ? text.slice(0, next) : text));
}

function nullIfItThrows<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function useReferences({ blocks, definitions }: ParsedMarkdown, live: boolean): References {
  const destinations = useMemo(() => {
    const pairs = toArray(definitions).map(({ label, destination }) => [label, destination] as const);
    return new Map(pairs.reverse());
  }, [definitions]);
  // A text of its own: the same sites are the same references.
  const crowded = [...crowdedSites(blocks, definitions)].join(" ");
  return useMemo(() => ({ destinations, live, crowded: crowded.split(" ") }), [destinations, live, crowded]);
}
