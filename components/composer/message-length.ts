import { countCharacters } from "#lib/protocol/count-characters.ts";
import { maxMessageLength } from "#lib/protocol/limits.ts";

const shownFrom = 0.8 * maxMessageLength;

/** The characters of a text and `more`, once there are enough of them to be told; undefined below that. */
export function countedLength(text: string, more = 0): number | undefined {
  if (text.length + more < shownFrom) return undefined;
  const count = countCharacters(text) + more;
  return count < shownFrom ? undefined : count;
}
