export type WrittenType = "text" | "reasoning" | "refusal";

/** Which texts of a response have come: by item, type and content, the latter as far as it has a number. */
export interface WrittenTexts {
  /** One without a number stands for all of its type. */
  add(key: string, type: WrittenType, content: number | undefined, length: number): void;
  /** Nothing of this content has come. */
  isMissing(key: string, type: WrittenType, content: number | undefined): boolean;
  /** In characters: of an item, or of the whole response. Some servers give contents wrong numbers. */
  lengthOf(type: WrittenType, key?: string): number;
  has(key: string): boolean;
  clear(): void;
  readonly isEmpty: boolean;
}

export function createWrittenTexts(): WrittenTexts {
  const texts = new Map<string, Record<WrittenType, Map<number | undefined, number>>>();
  const sum = (lengths: Iterable<number>): number => [...lengths].reduce((all, each) => all + each, 0);
  const lengthIn = (type: WrittenType, key: string): number => sum(texts.get(key)?.[type].values() ?? []);

  return {
    add(key, type, content, length) {
      const item = texts.get(key) ?? { text: new Map(), reasoning: new Map(), refusal: new Map() };
      texts.set(key, item);
      item[type].set(content, (item[type].get(content) ?? 0) + length);
    },
    isMissing(key, type, content) {
      const known = texts.get(key)?.[type];
      if (known === undefined || known.size === 0) return true;
      return content !== undefined && !known.has(content) && !known.has(undefined);
    },
    lengthOf: (type, key) =>
      key === undefined ? sum([...texts.keys()].map((each) => lengthIn(type, each))) : lengthIn(type, key),
    has: (key) => texts.has(key),
    clear: () => texts.clear(),
    get isEmpty() {
      return texts.size === 0;
    },
  };
}
