/** A text that arrives in deltas, passed on without ever cutting a surrogate pair in two (protocol 1.6). */
export interface SurrogateBuffer {
  /**
   * `delta`, with the half that was held back before it and without one at its end; "" if nothing is whole
   * yet.
   */
  push(delta: string): string;
  /** What is left when the text ends: a half whose other half never came is U+FFFD. */
  flush(): string;
}

/**
 * Providers escape astral characters as two `\uXXXX` and may cut between them: half a character cannot be
 * stored. All that it gives is well-formed.
 */
export function createSurrogateBuffer(): SurrogateBuffer {
  let half = "";
  return {
    push(delta) {
      if (delta === "") return "";
      const joined = half + delta;
      half = isHighSurrogate(joined.charCodeAt(joined.length - 1)) ? joined.slice(-1) : "";
      return (half === "" ? joined : joined.slice(0, -1)).toWellFormed();
    },
    flush() {
      const left = half.toWellFormed();
      half = "";
      return left;
    },
  };
}

/** Of a UTF-16 code unit: the first half of a character that takes two. */
export const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
