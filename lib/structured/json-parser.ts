import {
  addChild,
  closedContainer,
  type JsonContainer,
  nextIndex,
  openContainer,
  valueWithChild,
  wholeChild,
} from "./json-container.ts";
import { createJsonScanner, type JsonError, type JsonVisitor } from "./json-scanner.ts";
import type { JsonValue } from "./json-value.ts";

/**
 * The value of a JSON text while it is written, at any moment: owns what can be seen of an unfinished text.
 *
 * 1. Linear: `push` costs its chunk; `value` costs the containers around the end of the text, 64 at most, of
 *    each of which fewer than 64 entries are copied; neither costs what came before. So n characters in any
 *    chunks, with m values between them, cost O(n + m).
 * 2. Immutable and shared: a part that did not change is `===` that of the value before, and so is the whole
 *    where nothing that is seen has changed.
 * 3. Only what stays: a string is a beginning of the final one; a key appears with its value; true, false
 *    and null when they are whole. A number is seen as if it ended here, and not while it cannot (`1e`, `-`);
 *    it is provisional until something follows it.
 * 4. After an error the value stays as it was before the character that is wrong.
 *
 * An array or object of more entries is a read-only view of chunks until it is closed, then an ordinary one.
 */
export interface JsonParser {
  /** More of the text, cut anywhere. After an error nothing is read any more. */
  push(chunk: string): void;
  /** The text ends here: what is not whole is an error (`unexpected-end`). */
  end(): void;
  /** Undefined as long as nothing is to be seen. */
  value(): JsonValue | undefined;
  /** Whether a part is there, and will not change any more: by the keys and indexes that lead to it. */
  stateOf(path: JsonPath): PartState;
  /** How the number at this path stands in the text, with all of its digits; undefined: there is none. */
  numberText(path: JsonPath): string | undefined;
  /** What there is of a number, of true, false or null that is being written. */
  scalarText(): string;
  error(): JsonError | undefined;
}

/** The keys and indexes that lead to a part. */
export type JsonPath = readonly (string | number)[];

/** A key that is written a second time is provisional until its new value is whole. */
export type PartState = "complete" | "provisional" | "missing";

interface Level {
  readonly container: JsonContainer;
  /** Of the child that is being written; undefined in an array, and before there is one. */
  key: string | undefined;
  /** What was given out of it last, and with which unfinished child; undefined: it has changed since. */
  shown: JsonValue | undefined;
  shownChild: JsonValue | undefined;
}

/** `listener` is told each token after it was read: who lays the text out needs no parser of their own. */
export function createJsonParser(listener?: JsonVisitor): JsonParser {
  const levels: Level[] = [];
  let root: JsonValue | undefined;
  let isInKey = false;
  /** The string that is being written. */
  let text: string | undefined;
  /** The numbers that are not written as JavaScript writes them, by their paths. */
  const digits = new Map<string, string>();

  const builder: JsonVisitor = {
    openContainer(type) {
      levels.push({
        container: openContainer(type),
        key: undefined,
        shown: undefined,
        shownChild: undefined,
      });
    },
    closeContainer() {
      const level = levels.pop();
      if (level) addValue(closedValue(level));
    },
    beginString(isKey) {
      isInKey = isKey;
      text = "";
    },
    addText: (more) => void (text += more),
    endString() {
      const whole = flattened(text ?? "");
      const level = levels.at(-1);
      text = undefined;
      if (isInKey && level) level.key = whole;
      else addValue(whole);
      isInKey = false;
    },
    beginScalar() {},
    addScalar(value, raw) {
      if (typeof value === "number") keepDigits(value, raw);
      addValue(value);
    },
  };
  const scanner = createJsonScanner(listener ? visitBoth(builder, listener) : builder);

  function addValue(value: JsonValue): void {
    const level = levels.at(-1);
    if (!level) {
      root = value;
      return;
    }
    addChild(level.container, level.key ?? "", value);
    level.key = undefined;
    // What was given out with this very child is still right.
    if (level.shownChild !== value) level.shown = undefined;
    level.shownChild = undefined;
  }

  function keepDigits(value: number, raw: string): void {
    if (!isShortNumber(raw) && String(value) !== raw)
      digits.set(JSON.stringify(levels.map(keyInProgress)), raw);
  }

  const unfinished = (): JsonValue | undefined => (isInKey ? undefined : (text ?? scanner.number()));

  function value(): JsonValue | undefined {
    let child = unfinished();
    for (let depth = levels.length - 1; depth >= 0; depth -= 1) {
      const level = levels[depth];
      if (level) child = valueOf(level, child);
    }
    return child ?? root;
  }

  function stateOf(path: JsonPath): PartState {
    for (const [depth, level] of levels.entries()) {
      if (depth === path.length) return "provisional";
      const key = path[depth] ?? "";
      const earlier = wholeChild(level.container, key);
      const state = earlier === undefined ? "missing" : stateWithin(earlier, path.slice(depth + 1));
      if (key !== keyInProgress(level)) return state;
      // The key was written a second time, and nothing is to be seen of its new value.
      if (depth === levels.length - 1 && unfinished() === undefined)
        return state === "missing" ? "missing" : "provisional";
    }
    if (root !== undefined) return stateWithin(root, path);
    return unfinished() !== undefined && path.length === levels.length ? "provisional" : "missing";
  }

  function numberText(path: JsonPath): string | undefined {
    const number = partAt(value(), path);
    if (typeof number !== "number") return undefined;
    const isUnfinished = number === unfinished() && stateOf(path) === "provisional";
    const raw = isUnfinished ? scanner.scalarText() : digits.get(JSON.stringify(path));
    return Number(raw) === number ? raw : String(number);
  }

  const { push, end, scalarText, error } = scanner;
  return { push, end, value, stateOf, numberText, scalarText, error };
}

/**
 * The same text. V8 keeps one that was appended to as a tree of its pieces, which is several times as large,
 * until it is looked at; shorter ones than 13 it copies.
 */
function flattened(text: string): string {
  // Not a look that a compiler leaves out, as it does where nothing comes of it.
  if (text.length >= 13) /^./s.test(text);
  return text;
}

/** Of the child that is being written; undefined before its key is whole. */
const keyInProgress = ({ container, key }: Level): string | number | undefined =>
  container.type === "object" ? key : nextIndex(container);

function valueOf(level: Level, child: JsonValue | undefined): JsonValue {
  if (level.shown === undefined || level.shownChild !== child) {
    level.shown = valueWithChild(level.container, level.key ?? "", child);
    level.shownChild = child;
  }
  return level.shown;
}

/** A number that JavaScript writes so too: few digits, none to spare, not too small. */
const isShortNumber = (raw: string): boolean =>
  raw.length < 16 && /^-?([1-9]\d*(\.\d*[1-9])?|0\.[1-9](\d*[1-9])?)$/.test(raw);

/** What was given out last, if nothing was added since; one of many chunks becomes an ordinary one. */
function closedValue({ container, shown, shownChild }: Level): JsonValue {
  const isSame = shown !== undefined && shownChild === undefined && container.sealed.length === 0;
  return isSame ? shown : closedContainer(container);
}

const stateWithin = (value: JsonValue, path: JsonPath): PartState =>
  partAt(value, path) === undefined ? "missing" : "complete";

function partAt(value: JsonValue | undefined, path: JsonPath): JsonValue | undefined {
  let part = value;
  for (const key of path) part = childOf(part, key);
  return part;
}

function childOf(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (isArray(value)) return typeof key === "number" ? value[key] : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  return Object.hasOwn(value, key) ? value[String(key)] : undefined;
}

// Array.isArray knows no read-only arrays.
const isArray = (value: unknown): value is readonly JsonValue[] => Array.isArray(value);

function visitBoth(first: JsonVisitor, second: JsonVisitor): JsonVisitor {
  return {
    openContainer(type) {
      first.openContainer(type);
      second.openContainer(type);
    },
    closeContainer() {
      first.closeContainer();
      second.closeContainer();
    },
    beginString(isKey) {
      first.beginString(isKey);
      second.beginString(isKey);
    },
    addText(text, raw) {
      first.addText(text, raw);
      second.addText(text, raw);
    },
    endString() {
      first.endString();
      second.endString();
    },
    beginScalar() {
      first.beginScalar();
      second.beginScalar();
    },
    addScalar(value, raw) {
      first.addScalar(value, raw);
      second.addScalar(value, raw);
    },
  };
}
