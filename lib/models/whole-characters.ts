/** A text that arrives in deltas, passed on without ever cutting a surrogate pair in two. */
export interface WholeCharacters {
  /** What may be shown now: `delta` with the half that was held back before it, without a half at its end. */
  take(delta: string): string;
  /** What is left when the text ends: a half that never got its other becomes U+FFFD. */
  rest(): string;
}

/**
 * Providers escape astral characters as two `\uXXXX` and may cut between them: a half alone cannot be stored.
 */
export function createWholeCharacters(): WholeCharacters {
  let half = "";
  return {
    take(delta) {
      if (delta === "") return "";
      const joined = half + delta;
      half = endsInHalf(joined) ? joined.slice(-1) : "";
      return (half === "" ? joined : joined.slice(0, -1)).toWellFormed();
    },
    rest() {
      const left = half.toWellFormed();
      half = "";
      return left;
    },
  };
}

function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}
