import { useEffect, useState } from "react";
import type { CodePiece } from "./highlight.ts";

/** Longer code stays plain: colours are not worth a pause. */
const longest = 60_000;

/**
 * The pieces of each chunk of a finished code block; undefined until they are there, and for what is still being
 * written. `chunks`: the block's lines, in the chunks in which they are drawn; the same object between renders.
 */
export function useHighlight(
  chunks: readonly (readonly string[])[],
  language: string,
  live: boolean,
): readonly (readonly CodePiece[])[] | undefined {
  const [done, setDone] = useState<{ chunks: typeof chunks; pieces: CodePiece[][] }>();
  useEffect(() => {
    if (live || language === "") return;
    let isWanted = true;
    const code = chunks.flat().join("");
    if (code.length > longest) return;
    void import("./highlight.ts").then(
      ({ highlight }) => {
        const pieces = highlight(code, language);
        if (isWanted && pieces) setDone({ chunks, pieces: cut(pieces, chunks) });
      },
      () => undefined, // Not to be had, offline perhaps: the code stays plain.
    );
    return () => {
      isWanted = false;
    };
  }, [chunks, language, live]);
  return done?.chunks === chunks ? done.pieces : undefined;
}

/** The pieces where the chunks end. A piece that runs over an end is in both. */
function cut(pieces: readonly CodePiece[], chunks: readonly (readonly string[])[]): CodePiece[][] {
  const rest = [...pieces].reverse();
  return chunks.map((lines) => {
    let room = lines.reduce((sum, line) => sum + line.length, 0);
    const mine: CodePiece[] = [];
    while (room > 0) {
      const piece = rest.pop();
      if (!piece) break;
      mine.push({ ...piece, text: piece.text.slice(0, room) });
      if (piece.text.length > room) rest.push({ ...piece, text: piece.text.slice(room) });
      room -= Math.min(room, piece.text.length);
    }
    return mine;
  });
}
