/**
 * The name under which a note joins those of another user: its own, or, where that is taken by another text,
 * the first of `name (2)`, `name (3)` … that is free. Undefined: the same note is there already.
 *
 * `textOf`: the text of a note of the other user; undefined: there is none of that name.
 */
export function freeNoteName(
  { name, text }: { name: string; text: string },
  textOf: (name: string) => string | undefined,
): string | undefined {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${name} (${count})`;
    const found = textOf(candidate);
    if (found === undefined) return candidate;
    if (found === text) return undefined;
  }
}
