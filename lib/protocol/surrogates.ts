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

/**
 * A JSON value whose texts are well-formed: half a character in them is U+FFFD. The same object where they
 * are already. Endpoints refuse a request with such a half in it, and every later one of the conversation.
 */
export function wellFormedValue<T>(value: T): T {
  const json = JSON.stringify(value);
  if (json === undefined || !halfEscape.test(json)) return value;
  // Cast: nothing but texts is another.
  return JSON.parse(json, (_, each: unknown) => (typeof each === "string" ? each.toWellFormed() : each)) as T;
}

/** JSON is printed with an escape for a half; a backslash of a text before these letters is one itself. */
const halfEscape = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;
