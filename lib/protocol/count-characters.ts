/** Characters as people count them in limits: an emoji of two code units is one. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
