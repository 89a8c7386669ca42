import { isHighSurrogate } from "../../protocol/surrogates.ts";

/** Characters: even if each takes three bytes and is escaped, a request of a megabyte takes one. */
export const pieceLength = 64 * 1024;

/**
 * A text in pieces for requests of their own. None ends inside a surrogate pair, which UTF-8 could not hold.
 */
export function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = from + pieceLength;
    const to = isHighSurrogate(text.charCodeAt(end - 1)) ? end + 1 : end;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}
