/** The server's limit, in characters as people count them. */
export const maxCharacters = 32_000;
const shownFrom = 0.8 * maxCharacters;

/** The characters of a text as people count them: an emoji is one. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The characters of a text and `more`, once there are enough of them to be told; undefined below that. */
export function countedLength(text: string, more = 0): number | undefined {
  if (text.length + more < shownFrom) return undefined;
  const count = characters(text) + more;
  return count < shownFrom ? undefined : count;
}
