import { arrayOfChunks, chunkLength, mergeRecords, recordOfChunks, setOwn } from "./chunked-view.ts";
import type { JsonRecord, JsonValue } from "./json-value.ts";

/*
 * An array or an object that is being written: owns the children that are whole.
 *
 * 1. What was given out is never changed: a value copies the entries of the last chunk, fewer than
 *    `chunkLength`, and shares the chunks before it. So it costs the same however long the container is.
 * 2. Once closed it is an ordinary array or object; each entry is copied once for that, or not at all.
 */
export type JsonContainer = OpenArray | OpenObject;

interface OpenArray {
  readonly type: "array";
  /** The chunks that are full. */
  sealed: JsonValue[][];
  last: JsonValue[];
}

interface OpenObject {
  readonly type: "object";
  sealed: JsonRecord[];
  last: Record<string, JsonValue>;
  /** How many were added to the last chunk, equal keys too. */
  count: number;
}

// Most containers never have a second chunk.
const noChunks: never[] = [];

export const openContainer = (type: JsonContainer["type"]): JsonContainer =>
  type === "array" ? { type, sealed: noChunks, last: [] } : { type, sealed: noChunks, last: {}, count: 0 };

/** A child that is whole; `key` is that of an object. */
export function addChild(container: JsonContainer, key: string, value: JsonValue): void {
  if (container.type === "array") {
    container.last.push(value);
    if (container.last.length === chunkLength) {
      container.sealed = withChunk(container.sealed, container.last);
      container.last = [];
    }
    return;
  }
  setOwn(container.last, key, value);
  container.count += 1;
  if (container.count === chunkLength) {
    container.sealed = withChunk(container.sealed, container.last);
    container.last = {};
    container.count = 0;
  }
}

/** The list itself grows: who reads it knows how many chunks were there. */
function withChunk<T>(sealed: T[], chunk: T): T[] {
  if (sealed.length === 0) return [chunk];
  sealed.push(chunk);
  return sealed;
}

/** All that is there, with the child that is being written if something of it is to be seen. */
export function valueWithChild(
  container: JsonContainer,
  key: string,
  child: JsonValue | undefined,
): JsonValue {
  if (container.type === "array") {
    const { sealed, last } = container;
    const copy = child === undefined ? last.slice() : [...last, child];
    return sealed.length === 0 ? copy : arrayOfChunks({ sealed, count: sealed.length, last: copy });
  }
  const { sealed, last } = container;
  // A computed key is an own one, `__proto__` too.
  const copy = child === undefined ? { ...last } : { ...last, [key]: child };
  return sealed.length === 0 ? copy : recordOfChunks({ sealed, count: sealed.length, last: copy });
}

/** What it is once closed: an ordinary array or object. */
export function closedContainer(container: JsonContainer): JsonValue {
  if (container.sealed.length === 0) return container.last;
  if (container.type === "array") return [...container.sealed, container.last].flat();
  return mergeRecords([...container.sealed, container.last]);
}

/** A child that is whole. */
export function wholeChild(container: JsonContainer, key: string | number): JsonValue | undefined {
  if (container.type === "object")
    return [...container.sealed, container.last].findLast((chunk) => Object.hasOwn(chunk, key))?.[key];
  if (typeof key !== "number") return undefined;
  const { sealed, last } = container;
  const chunk = sealed[Math.floor(key / chunkLength)];
  return chunk ? chunk[key % chunkLength] : last[key - sealed.length * chunkLength];
}

/** The index of the child that is being written. */
export const nextIndex = ({ sealed, last }: OpenArray): number => sealed.length * chunkLength + last.length;
