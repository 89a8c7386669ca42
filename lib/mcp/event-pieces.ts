import { maxNoticeLength } from "./notice-gate.ts";

/** A piece of an event stream: an event with its end, or a part of one that is too long for a notice. */
export interface EventPiece {
  bytes: Uint8Array;
  isWhole: boolean;
}

export interface EventPieces {
  /** What each chunk completes. All pieces together are the stream, byte by byte. */
  read(chunk: Uint8Array): EventPiece[];
  /** What is left at the end of the stream. */
  rest(): EventPiece[];
}

const [lf, cr] = [0x0a, 0x0d];

/** An event stream cut at its empty lines (https://html.spec.whatwg.org/#event-stream-interpretation). */
export function createEventPieces(): EventPieces {
  let begun: Uint8Array[] = [];
  let length = 0;
  let isCut = false;
  let isLineStart = true;
  let before = 0;

  /** Where the next event that ends from there on ends; -1: behind this chunk. */
  function endFrom(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      // The array has one there.
      const byte = chunk[at] ?? 0;
      const isSecond = byte === lf && before === cr;
      before = byte;
      if (isSecond) continue;
      if (byte !== lf && byte !== cr) isLineStart = false;
      else if (isLineStart) {
        if (byte === cr && chunk[at + 1] === lf) {
          before = lf;
          return at + 2;
        }
        return at + 1;
      } else isLineStart = true;
    }
    return -1;
  }

  function take(isEnd: boolean): EventPiece[] {
    if (length === 0) return [];
    const piece = { bytes: joined(begun, length), isWhole: isEnd && !isCut };
    begun = [];
    length = 0;
    isCut = !isEnd;
    return [piece];
  }

  function add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    begun.push(bytes);
    length += bytes.length;
  }

  return {
    read(chunk) {
      const pieces: EventPiece[] = [];
      let from = 0;
      for (let end = endFrom(chunk, 0); end !== -1; end = endFrom(chunk, from)) {
        add(chunk.subarray(from, end));
        pieces.push(...take(true));
        from = end;
      }
      add(chunk.subarray(from));
      return length > maxNoticeLength || isCut ? [...pieces, ...take(false)] : pieces;
    },
    rest: () => take(false),
  };
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = pieces;
  if (first && pieces.length === 1) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
