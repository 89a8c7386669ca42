import { use, useEffect, useMemo, useState } from "react";
import type { CodePiece, highlight } from "./highlight.ts";
import { LiveHighlightContext } from "./live-highlight-context.ts";

/** Longer code stays plain: colours are not worth a pause. */
const maxLength = 60_000;
/** The same while it is written: all of it is looked at with each piece. */
const maxLiveLength = 8000;

type Highlighter = { highlight: typeof highlight };
let loaded: Highlighter | undefined;

/**
 * The pieces of each chunk of a code block; undefined until they are there, and for what is still being
 * written, unless it has its colours by then (`LiveHighlightContext`). `chunks`: the block's lines, in the
 * chunks in which they are drawn; the same object between renders.
 */
export function useHighlight(
  chunks: readonly (readonly string[])[],
  language: string,
  live: boolean,
): readonly (readonly CodePiece[])[] | undefined {
  const isLiveToo = use(LiveHighlightContext);
  const highlighter = useHighlighter(language !== "", live && !isLiveToo);
  return useMemo(() => {
    if (!highlighter || (live && !isLiveToo) || language === "") return undefined;
    const code = chunks.flat().join("");
    const pieces =
      code.length > (live ? maxLiveLength : maxLength) ? null : highlighter.highlight(code, language);
    return pieces ? cut(pieces, chunks) : undefined;
  }, [highlighter, chunks, language, live, isLiveToo]);
}

/**
 * Fetched while the first block is still being written, so that the commit that closes a block also colours
 * it.
 */
function useHighlighter(isWanted: boolean, live: boolean): Highlighter | undefined {
  const [, setArrived] = useState(loaded);
  useEffect(() => {
    if (!isWanted || loaded) return;
    let isHere = true;
    void import("./highlight.ts").then(
      (highlighter) => {
        loaded = highlighter;
        // What is live is drawn again anyway.
        if (isHere && !live) setArrived(highlighter);
      },
      () => undefined, // Not to be had, offline perhaps: the code stays plain.
    );
    return () => {
      isHere = false;
    };
  }, [isWanted, live]);
  return loaded;
}

/** The pieces where the chunks end. A piece that runs over an end is in both. */
function cut(pieces: readonly CodePiece[], chunks: readonly (readonly string[])[]): CodePiece[][] {
  const rest = [...pieces].reverse();
  return chunks.map((lines) => {
    let left = lines.reduce((sum, line) => sum + line.length, 0);
    const mine: CodePiece[] = [];
    while (left > 0) {
      const piece = rest.pop();
      if (!piece) break;
      mine.push({ ...piece, text: piece.text.slice(0, left) });
      if (piece.text.length > left) rest.push({ ...piece, text: piece.text.slice(left) });
      left -= Math.min(left, piece.text.length);
    }
    return mine;
  });
}
