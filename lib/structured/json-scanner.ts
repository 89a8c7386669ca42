import { isWholeNumber, type NumberState, nextNumberState } from "./number-state.ts";
import { createStringReader, quoteCode } from "./string-reader.ts";

/**
 * JSON (RFC 8259) as it comes, in chunks that are cut anywhere: owns the grammar, its limits and where errors
 * stand, not what is made of the tokens, which are told to a visitor.
 *
 * 1. Each character is looked at once: the work of `push` is that of its chunk, whatever came before.
 * 2. What is told, and where an error stands, is the same however the text was cut; only the pieces of a
 *    string differ, and their sum does not.
 * 3. Nothing is told after an error: the visitor keeps what was right.
 */
export interface JsonScanner {
  push(chunk: string): void;
  /** The text ends here. One that is not whole is an error from now on. */
  end(): void;
  /** A value was read to its end, and nothing wrong after it. A bare number ends with the text. */
  isWhole(): boolean;
  error(): JsonError | undefined;
  /** What there is of a number, of true, false or null that is being written. */
  scalarText(): string;
  /** The number that is being written, as if it ended here; undefined while it cannot. */
  number(): number | undefined;
}

export interface JsonVisitor {
  openContainer(type: ContainerType): void;
  /** The innermost one. */
  closeContainer(): void;
  beginString(isKey: boolean): void;
  /** More of the string, and how it stands in the text. */
  addText(text: string, raw: string): void;
  endString(): void;
  /** A number, true, false or null. */
  beginScalar(): void;
  addScalar(value: number | boolean | null, raw: string): void;
}

export type ContainerType = "array" | "object";

export interface JsonError {
  reason: "unexpected-character" | "unexpected-end" | "too-deep" | "number-out-of-range";
  /** In UTF-16 code units from the beginning of the text; of a number, where that begins. */
  position: number;
}

/** A container inside more of them is refused. */
const maxJsonDepth = 64;
/** A longer number is refused: its value is read anew with each character. */
const maxNumberLength = 1000;

type ExpectedToken = "value" | "first value" | "key" | "first key" | "colon" | "comma" | "end";

export function createJsonScanner(visitor: JsonVisitor): JsonScanner {
  const containers: ContainerType[] = [];
  const string = createStringReader(visitor.addText);
  let token: "none" | "string" | "number" | "word" = "none";
  let expected: ExpectedToken = "value";
  let scalar = "";
  let numberState: NumberState | undefined;
  let word = "";
  let isKey = false;
  let error: JsonError | undefined;
  /** The length of earlier chunks. */
  let before = 0;

  function push(chunk: string): void {
    let at = 0;
    while (at < chunk.length && error === undefined) {
      switch (token) {
        case "string":
          at = readString(chunk, at);
          break;
        case "number":
          at = readNumber(chunk, at);
          break;
        case "word":
          at = readWord(chunk, at);
          break;
        case "none":
          readMark(chunk, at);
          at += 1;
          break;
        default:
          token satisfies never;
      }
    }
    before += chunk.length;
  }

  function readString(chunk: string, from: number): number {
    const at = string.read(chunk, from);
    const outcome = string.outcome();
    if (outcome === "fault") fail("unexpected-character", before + at);
    if (outcome !== "closed") return at;
    token = "none";
    visitor.endString();
    if (isKey) expected = "colon";
    else endValue();
    return at;
  }

  function readNumber(chunk: string, from: number): number {
    let at = from;
    let next = nextNumberState(numberState, chunk.charCodeAt(at));
    for (
      ;
      next !== undefined && at < chunk.length;
      next = nextNumberState(numberState, chunk.charCodeAt(at))
    ) {
      numberState = next;
      at += 1;
    }
    scalar += chunk.slice(from, at);
    if (scalar.length > maxNumberLength) fail("number-out-of-range", before + at - scalar.length);
    else if (at === chunk.length) return at;
    else if (isWholeNumber(numberState)) endNumber(before + at);
    else fail("unexpected-character", before + at);
    return at;
  }

  function endNumber(end: number): void {
    const value = Number(scalar);
    if (!Number.isFinite(value)) return fail("number-out-of-range", end - scalar.length);
    endScalar(value);
  }

  function readWord(chunk: string, at: number): number {
    if (chunk.charAt(at) !== word.charAt(scalar.length)) {
      fail("unexpected-character", before + at);
      return at;
    }
    scalar += chunk.charAt(at);
    if (scalar === word) endScalar(word === "null" ? null : word === "true");
    return at + 1;
  }

  function endScalar(value: number | boolean | null): void {
    const raw = scalar;
    scalar = "";
    token = "none";
    numberState = undefined;
    visitor.addScalar(value, raw);
    endValue();
  }

  function readMark(chunk: string, at: number): void {
    const code = chunk.charCodeAt(at);
    const isTaken =
      isJsonSpace(code) || (code === quoteCode ? beginString() : readPunctuation(code, before + at));
    if (!isTaken && !beginScalar(chunk.charAt(at), code)) fail("unexpected-character", before + at);
  }

  const isValueExpected = (): boolean => expected === "value" || expected === "first value";

  /** Whether it may stand here. */
  function readPunctuation(code: number, position: number): boolean {
    switch (code) {
      case commaCode:
        if (expected !== "comma") return false;
        expected = innermost() === "array" ? "value" : "key";
        return true;
      case colonCode:
        if (expected !== "colon") return false;
        expected = "value";
        return true;
      case openBracketCode:
        return open("array", position);
      case openBraceCode:
        return open("object", position);
      case closeBracketCode:
        return close("array", "first value");
      case closeBraceCode:
        return close("object", "first key");
      default:
        return false;
    }
  }

  function beginString(): boolean {
    isKey = expected === "key" || expected === "first key";
    if (!isKey && !isValueExpected()) return false;
    token = "string";
    visitor.beginString(isKey);
    return true;
  }

  function open(type: ContainerType, position: number): boolean {
    if (!isValueExpected()) return false;
    if (containers.length === maxJsonDepth) {
      fail("too-deep", position);
      return true;
    }
    containers.push(type);
    expected = type === "object" ? "first key" : "first value";
    visitor.openContainer(type);
    return true;
  }

  const innermost = (): ContainerType | undefined => containers[containers.length - 1];

  function close(type: ContainerType, ifEmpty: ExpectedToken): boolean {
    if (innermost() !== type || (expected !== "comma" && expected !== ifEmpty)) return false;
    containers.pop();
    visitor.closeContainer();
    endValue();
    return true;
  }

  function beginScalar(mark: string, code: number): boolean {
    if (!isValueExpected()) return false;
    word = literalWords[mark] ?? "";
    numberState = nextNumberState(undefined, code);
    if (word === "" && numberState === undefined) return false;
    token = word === "" ? "number" : "word";
    scalar = mark;
    visitor.beginScalar();
    return true;
  }

  function endValue(): void {
    expected = containers.length === 0 ? "end" : "comma";
  }

  function fail(reason: JsonError["reason"], position: number): void {
    // Nothing is to be seen of it.
    if (reason === "number-out-of-range") numberState = undefined;
    error = { reason, position };
  }

  function end(): void {
    if (error !== undefined) return;
    if (token === "number" && containers.length === 0 && isWholeNumber(numberState)) endNumber(before);
    if (error === undefined && !isWhole()) fail("unexpected-end", before);
  }

  const isWhole = (): boolean => error === undefined && expected === "end" && token === "none";

  function number(): number | undefined {
    if (token !== "number" || !isWholeNumber(numberState)) return undefined;
    const value = Number(scalar);
    return Number.isFinite(value) ? value : undefined;
  }

  return { push, end, isWhole, error: () => error, scalarText: () => scalar, number };
}

const isJsonSpace = (code: number): boolean =>
  code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

const commaCode = 0x2c;
const colonCode = 0x3a;
const openBracketCode = 0x5b;
const closeBracketCode = 0x5d;
const openBraceCode = 0x7b;
const closeBraceCode = 0x7d;

const literalWords: Readonly<Record<string, string | undefined>> = { t: "true", f: "false", n: "null" };
