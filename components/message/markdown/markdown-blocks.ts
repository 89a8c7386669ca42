"use client";

import { createElement, type ReactElement, useEffect, useId, useMemo, useState } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { isHighSurrogate } from "#lib/protocol/surrogates.ts";
import type { ParsedMarkdown } from "./block.ts";
import { emptyList, toArray } from "./chunked-list.ts";
import { crowdedSites } from "./crowded-sites.ts";
import { findReferences } from "./find-references.ts";
import { advanceTo, initialParserState, type ParserState, preview } from "./incremental-parser.ts";
import { LabelsContext } from "./labels-context.ts";
import type { MarkdownLabels } from "./markdown-labels.ts";
import { type References, ReferencesContext } from "./references-context.ts";
import { renderBlocks, renderNotes } from "./render-blocks.ts";
import { useNamedCharacters } from "./use-named-characters.ts";

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
  const settled = useSettled(text, useNamedCharacters());
  const isWhole = settled?.text === text;
  const rested = useRested(text, live);
  const answer = useMemo(
    () => settled && nullIfItThrows(() => preview(settled, !live && isWhole, rested)),
    [settled, live, isWhole, rested],
  );
  const { references, notes } = useReferences(answer ?? initialAnswer, live);
  if (!answer) return createElement("p", { className: "plain", dir: "auto" }, showHidden(text));
  const blocks = renderBlocks(answer.blocks, live);
  return createElement(
    LabelsContext,
    { value: labels },
    createElement(ReferencesContext, { value: references }, blocks, renderNotes(notes)),
  );
}

/** Words are held back for this long at most, ms (U37). */
const maxHeldMs = 120;

/** Whether nothing has followed for a while. */
function useRested(text: string, live: boolean): boolean {
  const [restedAt, setRestedAt] = useState<number>();
  // What is words and held back: the number of an item or a source, half a name or a tag, a picture's mark.
  const isHeld = live && /(?:\d\]?|[&<][\w/]*|!)\s*$/.test(text.slice(-34));
  useEffect(() => {
    if (!isHeld) return;
    const timer = setTimeout(() => setRestedAt(text.length), maxHeldMs);
    return () => clearTimeout(timer);
  }, [text.length, isHeld]);
  return isHeld && restedAt === text.length;
}

const initialAnswer: ParsedMarkdown = { blocks: emptyList(), definitions: emptyList() };

/** As far as the text has been read; null: it cannot be. */
function useSettled(text: string, names: number): ParserState | null {
  const [settled, setSettled] = useState(() => readOn(initialParserState, text));
  const [known, setKnown] = useState(names);
  if (known !== names) {
    // What has been read means something else with more names.
    setKnown(names);
    setSettled(initialParserState);
  }
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

function useReferences(
  { blocks, definitions }: ParsedMarkdown,
  live: boolean,
): { references: References; notes: ReturnType<typeof findReferences>["notes"] } {
  const id = useId();
  const destinations = useMemo(() => {
    const pairs = toArray(definitions).map(({ label, destination }) => [label, destination] as const);
    return new Map(pairs.reverse());
  }, [definitions]);
  const { used, notes } = findReferences(blocks);
  // Texts of their own: the same sites and labels are the same references.
  const crowded = [...crowdedSites(blocks, definitions)].join(" ");
  const labels = used.join("\n");
  const numbered = notes.map(({ label }) => label).join("\n");
  const references = useMemo(
    () => ({
      destinations,
      live,
      crowded: crowded.split(" "),
      used: labels.split("\n"),
      numbers: new Map(numbered === "" ? [] : numbered.split("\n").map((label, at) => [label, at + 1])),
      id,
    }),
    [destinations, live, crowded, labels, numbered, id],
  );
  return { references, notes };
}
