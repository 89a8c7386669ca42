"use client";

import { createElement, type ReactElement, useMemo, useState } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
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
 * The text as blocks, without the box around them. Text that cannot be read is shown as it is, on the server
 * too, where no boundary helps.
 */
export function MarkdownBlocks({ text, live, labels }: MarkdownProps): ReactElement {
  const settled = useSettled(text);
  const answer = useMemo(() => nullIfItThrows(() => preview(settled, !live)), [settled, live]);
  const references = useReferences(answer ?? initialAnswer, live);
  const unread = settled.text !== text;
  if (answer === null || unread)
    return createElement("p", { className: "plain", dir: "auto" }, showHidden(text));
  const blocks = renderBlocks(answer.blocks, live);
  return createElement(
    LabelsContext,
    { value: labels },
    createElement(ReferencesContext, { value: references }, blocks),
  );
}

const initialAnswer: ParsedMarkdown = { blocks: emptyList(), definitions: emptyList() };

function useSettled(text: string): ParserState {
  const [settled, setSettled] = useState(
    () => nullIfItThrows(() => advanceTo(initialParserState, text)) ?? initialParserState,
  );
  if (settled.text === text) return settled;
  // State that follows a prop (react.dev, "Storing information from previous renders"): React renders again
  // at once, before any child.
  const next = nullIfItThrows(() => advanceTo(settled, text));
  if (next !== null) setSettled(next);
  return next ?? settled;
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
