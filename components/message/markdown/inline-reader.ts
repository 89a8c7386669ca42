import type { Inline } from "./block.ts";
import type { InlineTag } from "./inline-tag.ts";
import type { Address } from "./literal-autolink.ts";
import { type InlinePiece, nestedContent, resolveRuns } from "./resolve-runs.ts";

export type InlineToken =
  | InlinePiece
  | { readonly type: "bracket"; readonly image: boolean; readonly at: number; isActive: boolean }
  | { readonly type: "tag"; readonly name: InlineTag; readonly raw: string; readonly at: number };

/** A leaf that is being read. */
export type InlineReader = {
  readonly source: string;
  readonly live: boolean;
  /** Nothing has followed for a while: what is words, though it may become something else, is shown. */
  readonly rested: boolean;
  at: number;
  readonly tokens: InlineToken[];
  readonly addresses: readonly Address[];
  nextAddress: number;
  /** Where runs of backticks begin, by their length; the last one first. */
  ticks: Map<number, number[]> | null;
  /** Openers of formulas that have no end. */
  readonly endless: Set<string>;
  /** From here on a later character may change what has been read. */
  openFrom: number;
};

export function pushText(reader: InlineReader, text: string, end: number): void {
  const last = reader.tokens.at(-1);
  if (last?.type === "text")
    reader.tokens[reader.tokens.length - 1] = { type: "text", text: last.text + text };
  else reader.tokens.push({ type: "text", text });
  reader.at = end;
}

export function addInline(reader: InlineReader, inline: Inline, end: number, depth = 0): void {
  reader.tokens.push({ type: "inline", inline, depth });
  reader.at = end;
}

/** What may become something else is not shown yet, if more may come. */
export function holdRest(reader: InlineReader): boolean {
  reader.openFrom = Math.min(reader.openFrom, reader.at);
  if (reader.live) reader.at = reader.source.length;
  return reader.live;
}

/** The tokens from `from` on without openers: they are words, or closed here as long as more may come. */
export function closeTokens(reader: InlineReader, from: number, live: boolean): InlinePiece[] {
  let pieces: InlinePiece[] = [];
  const wrapped: { name: InlineTag; outside: InlinePiece[] }[] = [];
  for (const token of reader.tokens.slice(from)) {
    if (token.type === "bracket") {
      reader.openFrom = Math.min(reader.openFrom, from === 0 ? token.at : reader.openFrom);
      if (!live) pieces.push({ type: "text", text: token.image ? "![" : "[" });
      else if (!token.isActive || isBareBracket(reader.source.slice(token.at)))
        pieces.push({ type: "text", text: "[" });
      else if (isHeld(reader.source.slice(token.at), reader.rested)) break;
    } else if (token.type !== "tag") pieces.push(token);
    else {
      reader.openFrom = Math.min(reader.openFrom, from === 0 ? token.at : reader.openFrom);
      if (live) {
        wrapped.push({ name: token.name, outside: pieces });
        pieces = [];
      } else pieces.push({ type: "text", text: token.raw });
    }
  }
  for (const { name, outside } of wrapped.reverse()) {
    const { content, depth } = nestedContent(resolveRuns(pieces, live));
    if (content.length > 0)
      outside.push({ type: "inline", inline: { type: "tag", tag: name, children: content }, depth });
    pieces = outside;
  }
  return pieces;
}

/** An open bracket behind which more stands than the words of a link. */
const isBareBracket = (rest: string): boolean => rest.length > 200 || /^!?\[[\s)]|\n/.test(rest);

/** A number in brackets is shown with them; a note is no words. */
const isHeld = (rest: string, rested: boolean): boolean =>
  /^!?\[\^[^\s\]]*\]?$/.test(rest) || (!rested && /^!?\[\d{1,3}\]?$/.test(rest));

/** The content after the opener, which goes with it. */
export function takeFrom(reader: InlineReader, opener: number): ReturnType<typeof nestedContent> {
  const inside = closeTokens(reader, opener + 1, false);
  reader.tokens.splice(opener);
  return nestedContent(resolveRuns(inside, false));
}
