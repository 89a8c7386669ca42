import { createWrittenText, type WrittenText } from "./written-text.ts";

export type WrittenType = "text" | "reasoning" | "refusal";

/** A text of an item; `content`: which of several, as far as it has a number. */
export interface TextKey {
  key: string;
  content?: number;
}

/**
 * Which texts of a response have come: by item, type and content. Some servers give contents wrong numbers.
 */
export interface WrittenTexts {
  /** One without a number stands for all of its type. */
  add(textKey: TextKey, type: WrittenType, more: string): void;
  /** Nothing of this content has come. */
  isMissing(textKey: TextKey, type: WrittenType): boolean;
  /**
   * What `whole`, the content, has behind what came of it. Undefined where it does not begin with that, and
   * where another text has come since: more of this one would stand in the wrong place.
   */
  restOf(textKey: TextKey, type: WrittenType, whole: string): string | undefined;
  /**
   * The same of all contents of an item, one behind the other. Of one that is not known by its key: behind
   * what came since the last end of an item, as some servers name an item otherwise with each event.
   */
  restOfAll(key: string, type: WrittenType, whole: string): string | undefined;
  /** An item has ended. */
  endItem(): void;
  /** In characters: of an item, or of the whole response. */
  lengthOf(type: WrittenType, key?: string): number;
  has(key: string): boolean;
  clear(): void;
  readonly isEmpty: boolean;
}

/** Of one type in one item. */
interface WrittenContents {
  all: WrittenText;
  byNumber: Map<number | undefined, WrittenText>;
}

export function createWrittenTexts(): WrittenTexts {
  const items = new Map<string, Record<WrittenType, WrittenContents>>();
  /** What the last delta was of: its content, and all of its type in its item. */
  let newest: readonly WrittenText[] = [];
  /** What came since the last end of an item. */
  let recent = emptyTexts();
  const lengthIn = (type: WrittenType, key: string): number => items.get(key)?.[type].all.length ?? 0;

  function rest(text: WrittenText | undefined, whole: string): string | undefined {
    if (text === undefined || text.length === 0) return whole;
    return newest.includes(text) ? text.restOf(whole) : undefined;
  }

  return {
    add({ key, content }, type, more) {
      const item = items.get(key) ?? emptyItem();
      const { all, byNumber } = item[type];
      const text = byNumber.get(content) ?? createWrittenText();
      items.set(key, item);
      byNumber.set(content, text);
      text.add(more);
      all.add(more);
      recent[type].add(more);
      newest = [text, all];
    },
    isMissing({ key, content }, type) {
      const byNumber = items.get(key)?.[type].byNumber;
      if (byNumber === undefined || byNumber.size === 0) return true;
      return content !== undefined && !byNumber.has(content) && !byNumber.has(undefined);
    },
    restOf({ key, content }, type, whole) {
      const contents = items.get(key)?.[type];
      const numbered = contents?.byNumber.get(content);
      // The only one that came is meant, whatever its number.
      return rest(numbered ?? (contents?.byNumber.size === 1 ? contents.all : undefined), whole);
    },
    restOfAll(key, type, whole) {
      const contents = items.get(key)?.[type];
      return contents ? rest(contents.all, whole) : (recent[type].restOf(whole) ?? whole);
    },
    endItem() {
      recent = emptyTexts();
    },
    lengthOf: (type, key) =>
      key === undefined
        ? [...items.keys()].reduce((length, each) => length + lengthIn(type, each), 0)
        : lengthIn(type, key),
    has: (key) => items.has(key),
    clear: () => items.clear(),
    get isEmpty() {
      return items.size === 0;
    },
  };
}

const emptyItem = (): Record<WrittenType, WrittenContents> => ({
  text: noContents(),
  reasoning: noContents(),
  refusal: noContents(),
});

const emptyTexts = (): Record<WrittenType, WrittenText> => ({
  text: createWrittenText(),
  reasoning: createWrittenText(),
  refusal: createWrittenText(),
});

const noContents = (): WrittenContents => ({ all: createWrittenText(), byNumber: new Map() });
