const foldsKey = "rivulet-folds";
const maxFolds = 200;

/** What a person has opened or closed in this tab, also before a reload; undefined: they left it alone. */
export const readFold = (storage: () => Storage, key: string): boolean | undefined =>
  new Map(readFolds(storage)).get(key);

/** If the browser refuses, it holds as long as the page lives. */
export function keepFold(storage: () => Storage, key: string, isOpen: boolean): void {
  const others = readFolds(storage).filter(([each]) => each !== key);
  try {
    storage().setItem(foldsKey, JSON.stringify([...others, [key, isOpen]].slice(-maxFolds)));
  } catch {
    // As above.
  }
}

function readFolds(storage: () => Storage): [key: string, isOpen: boolean][] {
  try {
    const stored: unknown = JSON.parse(storage().getItem(foldsKey) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isFoldEntry) : [];
  } catch {
    return [];
  }
}

const isFoldEntry = (entry: unknown): entry is [string, boolean] =>
  Array.isArray(entry) && typeof entry[0] === "string" && typeof entry[1] === "boolean";
