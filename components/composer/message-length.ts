import { countCharacters } from "#lib/protocol/count-characters.ts";

/** The characters of a text and `more`, from four fifths of `max` on; undefined below that. */
export function countedLength(text: string, max: number, more = 0): number | undefined {
  const shownFrom = 0.8 * max;
  if (text.length + more < shownFrom) return undefined;
  const count = countCharacters(text) + more;
  return count < shownFrom ? undefined : count;
}
