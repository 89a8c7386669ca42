/** How much of a text has come, by its length and its end: the text itself is not kept. */
export interface WrittenText {
  add(more: string): void;
  /** What `whole` has behind what came; undefined where it does not begin with that. */
  restOf(whole: string): string | undefined;
  /** In characters. */
  readonly length: number;
}

/** Characters by which, with its length, a text is known again. */
const endLength = 64;
/** The end is cut off what came once there is so much of it: each time would cost with every delta. */
const maxKeptLength = 4096;

export function createWrittenText(): WrittenText {
  let length = 0;
  let kept = "";

  return {
    add(more) {
      length += more.length;
      kept += more;
      if (kept.length > maxKeptLength) kept = kept.slice(-endLength);
    },
    restOf: (whole) =>
      whole.slice(0, length).endsWith(kept.slice(-endLength)) ? whole.slice(length) : undefined,
    get length() {
      return length;
    },
  };
}
