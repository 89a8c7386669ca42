/**
 * What is wrong with parts of an object: sentences behind the path of the part, `steps.0: too short`, as
 * lib/agents/output writes them.
 */
export type ObjectFaults = readonly string[];

/** Those of the part that a key leads to, and inside of it; undefined: there are none. */
export function faultsWithin(
  faults: ObjectFaults | undefined,
  key: string | number,
): ObjectFaults | undefined {
  const inner = faults?.flatMap((fault) => {
    if (fault.startsWith(`${key}.`)) return [fault.slice(`${key}.`.length)];
    return fault.startsWith(`${key}: `) ? [fault.slice(`${key}`.length)] : [];
  });
  return inner?.length ? inner : undefined;
}

/** The part itself is wrong, and not only something inside of it. */
export const isAtFault = (faults: ObjectFaults | undefined): boolean =>
  faults?.some((fault) => fault.startsWith(": ")) ?? false;

/** A fault of a part, by the keys and indexes that lead to it; none: it is one of the whole. */
export interface PlacedFault {
  path: readonly string[];
  sentence: string;
}

/** `keys`: those of the object. What else stands before a colon is part of a sentence. */
export function placedFault(fault: string, keys: readonly string[]): PlacedFault {
  const key = keys.find((each) => fault.startsWith(`${each}: `) || fault.startsWith(`${each}.`));
  const end = key === undefined ? -1 : fault.indexOf(": ", key.length);
  if (key === undefined || end < 0) return { path: [], sentence: fault };
  return {
    path: [key, ...fault.slice(key.length, end).split(".").slice(1)],
    sentence: fault.slice(end + 2),
  };
}
