/** The server's limit, in characters as people count them. */
export const maxCharacters = 32_000;
const shownFrom = 0.8 * maxCharacters;

/** The characters of a text, once there are enough of them to be told; undefined below that. */
export function countedLength(text: string): number | undefined {
  if (text.length < shownFrom) return undefined;
  let count = 0;
  for (const _ of text) count += 1;
  return count < shownFrom ? undefined : count;
}
