/**
 * A list in pieces that survives JSON: one more item, or one less, copies a piece and not the list, and every
 * other piece stays the same value. So what is added one by one costs as much at the end as at the beginning.
 */
export type PieceList<T> = readonly (readonly T[])[];

const pieceSize = 64;

/** The list with one item more, the last. */
export function withItem<T>(list: PieceList<T>, item: T): PieceList<T> {
  const last = list.at(-1);
  return last && last.length < pieceSize ? list.with(-1, [...last, item]) : [...list, [item]];
}

/**
 * The list without the items of these ids, each of which is in it at most once. What lies near the front is
 * found first.
 */
export function withoutItems<T extends { id: string }>(
  list: PieceList<T>,
  ids: ReadonlySet<string>,
): PieceList<T> {
  let left = ids.size;
  let pieces = list;
  for (let at = 0; at < pieces.length && left > 0; ) {
    const piece = pieces[at] ?? [];
    const kept = piece.filter(({ id }) => !ids.has(id));
    left -= piece.length - kept.length;
    if (kept.length === 0) pieces = pieces.toSpliced(at, 1);
    else {
      if (kept.length < piece.length) pieces = pieces.with(at, kept);
      at += 1;
    }
  }
  return pieces;
}

/** How many it holds; looks at the pieces only. */
export const countItems = (list: PieceList<unknown>): number =>
  list.reduce((sum, { length }) => sum + length, 0);
