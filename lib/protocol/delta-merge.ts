/** What the merge has to know of the items that a stream of deltas is made of. */
export interface DeltaShape<T> {
  /** Whether both are deltas, and of one part. */
  isSamePart(one: T, next: T): boolean;
  /** The text that a delta adds. */
  textOf(delta: T): string;
  /** `one` with more text: its own and that of `next`. */
  withText(one: T, text: string, next: T): T;
}

/** Characters. A delta that is as long is merged no further: each reader of the run has to hold it. */
export const maxDeltaLength = 16 * 1024;

/** The rule by which adjacent deltas of one part become one (protocol 1.6); undefined where they do not. */
export const createDeltaMerge =
  <T>({ isSamePart, textOf, withText }: DeltaShape<T>) =>
  (one: T, next: T): T | undefined => {
    if (!isSamePart(one, next)) return undefined;
    const text = textOf(one);
    return text.length >= maxDeltaLength ? undefined : withText(one, text + textOf(next), next);
  };
