import type { JsonRecord, JsonValue } from "./json-value.ts";

/** So many entries of an open container stand together in a chunk that is never touched again. */
export const chunkLength = 64;

/** The first `count` of a list that may grow, and what follows them. */
export interface Chunks<T> {
  readonly sealed: readonly T[];
  readonly count: number;
  readonly last: T;
}

type JsonItems = readonly JsonValue[];

/**
 * Chunks that read as one array of their items: nothing is copied, an item is found in one step. It is
 * read-only, and no array to `structuredClone`.
 */
export const arrayOfChunks = (chunks: Chunks<JsonItems>): JsonItems =>
  // It answers as the array of the items; that it is an array it has from what it stands before.
  new Proxy<readonly unknown[]>([chunks], arrayHandler) as JsonItems;

/** What an array is told by that it is one of chunks. */
const chunksKey = Symbol("chunks");

/**
 * The items of a list, `chunkLength` in each but the last. Of one that is being written those that are full
 * are the same arrays each time: whoever shows it compares them at once.
 */
export function chunksOf(items: JsonItems): JsonItems[] {
  // Cast: no other array has anything there.
  const chunks = Reflect.get(items, chunksKey) as Chunks<JsonItems> | undefined;
  if (chunks)
    return [...chunks.sealed.slice(0, chunks.count), chunks.last].filter(({ length }) => length > 0);
  const count = Math.ceil(items.length / chunkLength);
  return Array.from({ length: count }, (_, at) => items.slice(at * chunkLength, (at + 1) * chunkLength));
}

const arrayHandler: ProxyHandler<readonly unknown[]> = {
  get(target, key) {
    if (key === chunksKey) return chunksIn(target);
    if (key === "length") return itemCount(target);
    const index = arrayIndex(key);
    return index < 0 ? Reflect.get(Array.prototype, key) : itemAt(target, index);
  },
  has: (target, key) => isIndex(target, key) || key === "length" || Reflect.has(Array.prototype, key),
  ownKeys: (target) => [...Array.from({ length: itemCount(target) }, (_, index) => String(index)), "length"],
  getOwnPropertyDescriptor(target, key) {
    if (key === "length")
      return { value: itemCount(target), writable: true, enumerable: false, configurable: false };
    if (!isIndex(target, key)) return undefined;
    return { value: itemAt(target, arrayIndex(key)), writable: true, enumerable: true, configurable: true };
  },
  ...readOnly(),
};

// A target has one item, its chunks.
const chunksIn = (target: readonly unknown[]): Chunks<JsonItems> => target[0] as Chunks<JsonItems>;

function itemCount(target: readonly unknown[]): number {
  const { count, last } = chunksIn(target);
  return count * chunkLength + last.length;
}

function itemAt(target: readonly unknown[], index: number): JsonValue | undefined {
  const { sealed, count, last } = chunksIn(target);
  const at = Math.floor(index / chunkLength);
  return at < count ? sealed[at]?.[index % chunkLength] : last[index - count * chunkLength];
}

/** -1: no index of an array. */
const arrayIndex = (key: string | symbol): number =>
  typeof key === "string" && /^(0|[1-9]\d*)$/.test(key) ? Number(key) : -1;

function isIndex(target: readonly unknown[], key: string | symbol): boolean {
  const index = arrayIndex(key);
  return index >= 0 && index < itemCount(target);
}

/** Records that read as one of all their entries, put together when somebody looks. A later one wins. */
export function recordOfChunks({ sealed, count, last }: Chunks<JsonRecord>): JsonRecord {
  let merged: JsonRecord | undefined;
  const whole = (): JsonRecord => (merged ??= mergeRecords([...sealed.slice(0, count), last]));
  return new Proxy<JsonRecord>(
    {},
    {
      get: (_, key) => Reflect.get(whole(), key),
      has: (_, key) => Reflect.has(whole(), key),
      ownKeys: () => Reflect.ownKeys(whole()),
      getOwnPropertyDescriptor: (_, key) => Reflect.getOwnPropertyDescriptor(whole(), key),
      ...readOnly(),
    },
  );
}

export function mergeRecords(chunks: readonly JsonRecord[]): JsonRecord {
  const merged: Record<string, JsonValue> = {};
  for (const chunk of chunks) for (const [key, value] of Object.entries(chunk)) setOwn(merged, key, value);
  return merged;
}

/** An own key, whatever it is called: assigning to `__proto__` would change the prototype. */
export function setOwn(record: Record<string, JsonValue>, key: string, value: JsonValue): void {
  if (key !== "__proto__") record[key] = value;
  else Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}

function readOnly() {
  const refuse = (): boolean => false;
  return { set: refuse, defineProperty: refuse, deleteProperty: refuse, preventExtensions: refuse };
}
