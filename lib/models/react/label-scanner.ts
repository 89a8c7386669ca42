import { type FoundLabel, matchLabel } from "./match-label.ts";

/**
 * Where a label may stand: at the start of a line; behind the end of a sentence too; behind any white space.
 */
export type LabelPositions = "lines" | "sentences" | "words";

export type ScannedToken =
  | { type: "text"; text: string }
  | ({ type: "label"; isLineStart: boolean } & FoundLabel);

/** Cuts a text that arrives in deltas into labels and what stands between them. */
export interface LabelScanner {
  push(delta: string): void;
  /**
   * The next of what was pushed; undefined where more has to be read: what may become a label is held back.
   * `isEnd`: nothing more comes.
   */
  next(positions: LabelPositions, isEnd?: boolean): ScannedToken | undefined;
  /** All that is left, whatever it is. */
  rest(): string;
}

/** The result is the same however the text is cut into deltas. */
export function createLabelScanner(): LabelScanner {
  let text = "";
  let isLineStart = true;
  /** A sentence has ended, and nothing but quotation marks and space has come since. */
  let isSentenceEnd = false;
  /** A label may begin with the first character of `text`. */
  let isCandidate = true;

  function pass(character: string, positions: LabelPositions): void {
    isLineStart = character === "\n";
    const isSpace = /\s/.test(character);
    if (sentenceEnds.test(character)) isSentenceEnd = true;
    else if (!isSpace && !closers.test(character)) isSentenceEnd = false;
    isCandidate =
      isLineStart ||
      (positions === "words" && isSpace) ||
      (positions === "sentences" && isSentenceEnd && (isSpace || /[。！？]/.test(character)));
  }

  function take(length: number): string {
    const taken = text.slice(0, length);
    text = text.slice(length);
    return taken;
  }

  function next(positions: LabelPositions, isEnd = false): ScannedToken | undefined {
    for (let at = 0; at < text.length; at += 1) {
      const found = isCandidate ? matchLabel(text.slice(at, at + maxLookahead), isEnd) : undefined;
      if (found && at > 0) return { type: "text", text: take(at) };
      if (found === "maybe") return undefined;
      if (found) {
        take(found.raw.length);
        return { type: "label", isLineStart, ...found };
      }
      pass(text.charAt(at), positions);
    }
    return text === "" ? undefined : { type: "text", text: take(text.length) };
  }

  return {
    push: (delta) => void (text += delta),
    next,
    rest: () => take(text.length),
  };
}

/** More than the longest label. */
const maxLookahead = 64;
const sentenceEnds = /[.!?…。！？]/;
const closers = /["'”’」』）)\]*_]/;
