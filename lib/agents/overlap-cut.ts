/**
 * Models that are to go on with a text of theirs often repeat the end of it, or begin anew. This file owns
 * what of their words is such a repeat; which part the rest is written into, and what is said of it, is
 * step-parts.ts'.
 *
 * 1. What is cut equals the end of the kept text: 12 characters of it or more, or its last whole sentence of
 *    4 or more. White space counts as one space, however much there is and of whichever kind. Nothing else is
 *    ever dropped but white space before it, and behind it what the kept text already ends with; no character
 *    twice. In a block of code white space is meant, and short lines are often alike: there it is 12
 *    characters, as they stand.
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
/** Of its last sentence: shorter ones are often said twice. */
const minSentenceLength = 4;

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

/** `given`: the text that the model was to go on with. */
export function createOverlapCut(given: string): OverlapCut {
  const written = given.trimStart();
  const isCode = endsInCode(written);
  const kept = isCode ? written : spaced(written.trimEnd());
  const indexInKept = (index: number): number =>
    isCode ? index : Math.min(kept.length, spaced(written.slice(0, index)).length);
  const sentenceStart = isCode ? kept.length : indexInKept(startOfLast(written));
  // The white space that the kept text ends with is one of the characters that are repeated.
  const minLength = isCode || kept.length === spaced(written).length ? minRepeatLength : minRepeatLength - 1;
  /** Where in `kept` all that is held back stands, ascending; from each of them it may reach the end. */
  let starts = possibleStarts(kept.length, sentenceStart, minLength);
  const firstSentenceLength = Math.max(minRepeatLength, indexInKept(lengthOfFirst(written)));
  let held: string[] = [];
  let takenLength = 0;
  /** Of it, what is compared: without the white space that it begins with, and as one space each. */
  let heldLength = 0;
  let isBehindSpace = true;
  /** How much of it equals the beginning of `kept`. */
  let wholeLength = 0;
  /** The longest repeat, as it is compared, and as it stands. */
  let repeatLength = 0;
  let cutLength = 0;
  let isAnew = false;
  const joint = createJoint(isCode ? "" : written.slice(written.trimEnd().length));

  function take(code: number): void {
    takenLength += 1;
    const isSpacing = !isCode && isSpace(code);
    if (isSpacing && isBehindSpace) return;
    isBehindSpace = isSpacing;
    compare(isSpacing ? oneSpace : code);
  }

  function compare(code: number): void {
    starts = starts.filter((start) => kept.charCodeAt(start + heldLength) === code);
    heldLength += 1;
    if (starts[0] === 0) wholeLength = heldLength;
    if (starts.at(-1) === kept.length - heldLength) {
      const isSentence = starts.pop() === sentenceStart;
      if (isSentence || heldLength >= minLength) {
        repeatLength = heldLength;
        cutLength = takenLength;
      }
    }
    // As long as it may also be the end that is repeated, it is not known to have begun anew.
    if (starts.every((start) => start === 0)) isAnew = hasBegunAnew();
  }

  function hasBegunAnew(): boolean {
    if (wholeLength === kept.length && cutLength === 0) return wholeLength >= minWholeLength;
    const isRepeat = cutLength > 0 && repeatLength < kept.length;
    // Lines of a list or a table often begin alike; and the only sentence is the last one, too.
    return !isRepeat && wholeLength > firstSentenceLength;
  }

  function release(): string {
    const text = held.join("").slice(cutLength);
    held = [];
    starts = [];
    return pass(text);
  }

  const pass = (text: string): string => (cutLength > 0 ? joint.push(text) : text);

  return {
    push(delta) {
      if (starts.length === 0) return pass(delta);
      held.push(delta);
      for (let at = 0; at < delta.length && starts.length > 0; at += 1) take(delta.charCodeAt(at));
      return starts.length === 0 ? release() : "";
    },
    end: release,
    get isDecided() {
      return starts.length === 0 && (cutLength === 0 || joint.isWhole);
    },
    get isAnew() {
      return isAnew;
    },
    get isJoined() {
      return !isAnew || cutLength > 0;
    },
  };
}

const oneSpace = 32;
const spaced = (text: string): string => text.replace(/\s+/g, " ");

/**
 * Where what is new joins a text that ends with `space`: it has that, or a first space in its place, no
 * second time.
 */
function createJoint(space: string) {
  let at = 0;
  let isWhole = space === "";
  return {
    push(text: string): string {
      const from = at;
      while (!isWhole && at - from < text.length) {
        const next = text[at - from];
        if (next === space[at] || (at === 0 && next === " ")) at += 1;
        else isWhole = true;
      }
      return text.slice(at - from);
    },
    get isWhole() {
      return isWhole;
    },
  };
}

/** Of its first sentence or line; of all of it where there is no other. */
function lengthOfFirst(text: string): number {
  const { index } = /(?:[.!?]\s|[。！？\n])\s*\S/.exec(text) ?? {};
  return index === undefined ? text.length : index + 1;
}

/**
 * The beginning, and each place from which enough is left to be a repeat; `sentenceStart` may be behind them.
 */
function possibleStarts(length: number, sentenceStart: number, minLength: number): number[] {
  if (length === 0) return [];
  const first = Math.max(1, length - maxRepeatLength);
  const count = Math.max(0, length - minLength + 1 - first);
  const starts = [0, ...Array.from({ length: count }, (_, at) => first + at)];
  return sentenceStart < length && sentenceStart >= first + count ? [...starts, sentenceStart] : starts;
}

const sentenceEnd = /[.!?。！？…]["'”’」』）)\]*_]*$/;
/** What stands between two sentences or lines. */
const sentenceBreak =
  /[.!?]["'”’)\]*_]*\s+(?=\S)|[。！？…][”’」』）]*\s*(?=[^\s。！？…”’」』）])|\n\s*(?=\S)/g;

/** Where the last sentence or line begins; the length of `kept` where it is not whole, or too short. */
function startOfLast(kept: string): number {
  const from = Math.max(0, kept.length - maxRepeatLength);
  const tail = kept.slice(from);
  const words = tail.trimEnd();
  const isWhole = sentenceEnd.test(words) || tail.slice(words.length).includes("\n");
  const last = [...tail.matchAll(sentenceBreak)].at(-1);
  const start = last ? last.index + last[0].length : 0;
  return isWhole && words.length - start >= minSentenceLength ? from + start : kept.length;
}

/** A block of code has begun, and has not ended. */
const endsInCode = (kept: string): boolean => (kept.match(/^[ \t]*(?:```|~~~)/gm)?.length ?? 0) % 2 === 1;

const isSpace = (code: number): boolean => String.fromCharCode(code).trim() === "";
