/**
 * A list that only grows. A full chunk keeps its identity for ever, so a page memoises 32 members with one
 * comparison.
 */
export type ChunkedList<T> = { readonly full: readonly (readonly T[])[]; readonly last: readonly T[] };

const CHUNK = 32;

export function append<T>(list: ChunkedList<T>, member: T): ChunkedList<T> {
  // The last chunk never stands empty beside full ones: the end of the list is always in `last`.
  if (list.last.length < CHUNK) return { full: list.full, last: [...list.last, member] };
  return { full: [...list.full, list.last], last: [member] };
}

export function emptyList<T>(): ChunkedList<T> {
  return { full: [], last: [] };
}

export function toArray<T>(list: ChunkedList<T>): T[] {
  return [...list.full.flat(), ...list.last];
}

export function isEmptyList<T>(list: ChunkedList<T>): boolean {
  return list.last.length === 0;
}
