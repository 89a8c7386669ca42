/**
 * A list that only grows. A full chunk keeps its identity for ever, so a page memoises 32 members with one
 * comparison.
 */
export type Growing<T> = { readonly full: readonly (readonly T[])[]; readonly last: readonly T[] };

const CHUNK = 32;

export function grow<T>(list: Growing<T>, member: T): Growing<T> {
  // The last chunk never stands empty beside full ones: the end of the list is always in `last`.
  if (list.last.length < CHUNK) return { full: list.full, last: [...list.last, member] };
  return { full: [...list.full, list.last], last: [member] };
}

export function nothing<T>(): Growing<T> {
  return { full: [], last: [] };
}

export function members<T>(list: Growing<T>): T[] {
  return [...list.full.flat(), ...list.last];
}

export function isEmpty<T>(list: Growing<T>): boolean {
  return list.last.length === 0;
}
