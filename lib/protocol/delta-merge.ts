/** What the merge has to know of the items that a stream of deltas is made of. */
export interface DeltaShape<T> {
  /** The text that a delta adds; undefined for an item that is no delta. */
  textOf(item: T): string | undefined;
  /** Whether both are deltas of one part. */
  isSamePart(one: T, next: T): boolean;
  withText(item: T, text: string): T;
}

/** Characters. A delta that is as long is merged no further: each reader of the run has to hold it. */
export const maxDeltaLength = 16 * 1024;

/** The rule by which adjacent deltas of one part become one (protocol 1.6); undefined where they do not. */
export const createDeltaMerge =
  <T>({ textOf, isSamePart, withText }: DeltaShape<T>) =>
  (one: T, next: T): T | undefined => {
    if (!isSamePart(one, next)) return undefined;
    const text = textOf(one);
    const more = textOf(next);
    if (text === undefined || more === undefined || text.length >= maxDeltaLength) return undefined;
    return withText(one, text + more);
  };
