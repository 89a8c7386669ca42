/**
 * Models that are to go on with a text of theirs often repeat the end of it, or begin anew. This file owns
 * what of their words is such a repeat; which part the rest is written into, and what is said of it, is
 * step-parts.ts'.
 *
 * 1. What is cut equals the end of the kept text, and is 12 characters of it or more. Nothing else is ever
 *    dropped, and no character twice.
 * 2. It is cut once, at the start of what is new, and the longest such repeat counts: of the last 2,000
 *    characters, or of the whole kept text.
 * 3. Text is held back only for as long as it may still be such a repeat: the first character that rules
 *    that out releases it.
 * 4. The cost is linear in what is held back, however it is cut into deltas.
 */

const minRepeatLength = 12;
const maxRepeatLength = 2000;
/** A kept text that is repeated from its first word on, be it shorter than what is cut, was begun anew. */
const minWholeLength = 4;

export interface OverlapCut {
  /** What is known to be new, with what was held back before it; "" while all of it may be a repeat. */
  push(delta: string): string;
  /** The model has ended its text: what is held back and is no repeat. */
  end(): string;
  /** There is nothing to hold back any more. */
  readonly isDecided: boolean;
  /** The text begins as the kept one does: its model did not go on, but began anew. */
  readonly isAnew: boolean;
  /** Once decided: what is passed on joins the kept text; false where it is another beginning. */
  readonly isJoined: boolean;
}

/** `kept`: the text that the model was to go on with. */
export function createOverlapCut(kept: string): OverlapCut {
  /** Where in `kept` all that is held back stands, ascending; from each of them it may reach the end. */
  let starts = possibleStarts(kept.length);
  const firstSentenceLength = Math.max(minRepeatLength, lengthOfFirst(kept));
  let held: string[] = [];
  let heldLength = 0;
  /** How much of it equals the beginning of `kept`. */
  let wholeLength = 0;
  let cutLength = 0;
  let isAnew = false;

  function take(code: number): void {
    starts = starts.filter((start) => kept.charCodeAt(start + heldLength) === code);
    heldLength += 1;
    if (starts[0] === 0) wholeLength = heldLength;
    if (starts.at(-1) === kept.length - heldLength) {
      starts.pop();
      if (heldLength >= minRepeatLength) cutLength = heldLength;
    }
    // As long as it may also be the end that is repeated, it is not known to have begun anew.
    if (starts.every((start) => start === 0)) isAnew = hasBegunAnew();
  }

  function hasBegunAnew(): boolean {
    if (wholeLength === kept.length && cutLength === 0) return wholeLength >= minWholeLength;
    const isRepeat = cutLength > 0 && cutLength < kept.length;
    // Lines of a list or a table often begin alike; and the only sentence is the last one, too.
    return !isRepeat && wholeLength > firstSentenceLength;
  }

  function release(): string {
    const text = held.join("").slice(cutLength);
    held = [];
    starts = [];
    return text;
  }

  return {
    push(delta) {
      if (starts.length === 0) return delta;
      held.push(delta);
      for (let at = 0; at < delta.length && starts.length > 0; at += 1) take(delta.charCodeAt(at));
      return starts.length === 0 ? release() : "";
    },
    end: release,
    get isDecided() {
      return starts.length === 0;
    },
    get isAnew() {
      return isAnew;
    },
    get isJoined() {
      return !isAnew || cutLength > 0;
    },
  };
}

/** Of its first sentence or line; of all of it where there is no other. */
function lengthOfFirst(text: string): number {
  const { index } = /(?:[.!?]\s|[。！？\n])\s*\S/.exec(text) ?? {};
  return index === undefined ? text.length : index + 1;
}

/** The beginning, and each place from which enough is left to be a repeat. */
function possibleStarts(length: number): number[] {
  if (length === 0) return [];
  const first = Math.max(1, length - maxRepeatLength);
  const count = Math.max(0, length - minRepeatLength + 1 - first);
  return [0, ...Array.from({ length: count }, (_, at) => first + at)];
}
