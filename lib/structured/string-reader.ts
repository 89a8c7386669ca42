/**
 * The inside of JSON strings, cut anywhere: owns escapes and surrogate pairs.
 *
 * 1. A run of characters without escapes is taken as one slice.
 * 2. An escape is told when it is whole, and the first half of a surrogate pair with what follows it, also
 *    where that is not its other half: then it stands alone, as JSON.parse has it.
 */
export interface StringReader {
  /** Reads on from there and returns where it stopped: the end of the chunk, of the string, or a fault. */
  read(chunk: string, from: number): number;
  /** What ended the last read. */
  outcome(): "open" | "closed" | "fault";
}

/** `raw` is how the text stands in the document. */
export type OnText = (text: string, raw: string) => void;

export function createStringReader(onText: OnText): StringReader {
  /** What there is of an escape; empty outside of one. */
  let escape = "";
  let held = "";
  let heldRaw = "";
  let outcome: "open" | "closed" | "fault" = "open";

  function read(chunk: string, from: number): number {
    outcome = "open";
    let at = from;
    while (at < chunk.length && outcome === "open")
      at = escape === "" ? readRun(chunk, at) : readEscape(chunk, at);
    return at;
  }

  function readRun(chunk: string, from: number): number {
    let at = from;
    let code = 0;
    for (; at < chunk.length; at += 1) {
      code = chunk.charCodeAt(at);
      if (code === quoteCode || code === backslashCode || code < firstPrintable) break;
    }
    if (at > from) addRun(chunk.slice(from, at));
    if (at === chunk.length) return at;
    if (code === quoteCode) close();
    else if (code === backslashCode) escape = "\\";
    else outcome = "fault";
    return outcome === "fault" ? at : at + 1;
  }

  function readEscape(chunk: string, at: number): number {
    const mark = chunk.charAt(at);
    const isInside = escape === "\\" ? mark === "u" || Object.hasOwn(plainEscapes, mark) : isHexDigit(mark);
    if (!isInside) {
      outcome = "fault";
      return at;
    }
    escape += mark;
    if (escape.length === 2 && mark !== "u") addEscaped(plainEscapes[mark] ?? "");
    else if (escape.length === 6) addEscaped(String.fromCharCode(Number.parseInt(escape.slice(2), 16)));
    return at + 1;
  }

  function addRun(run: string): void {
    if (!isFirstHalf(run.charCodeAt(run.length - 1))) return add(run, run);
    if (run.length > 1 || held !== "") add(run.slice(0, -1), run.slice(0, -1));
    held = run.slice(-1);
    heldRaw = held;
  }

  function addEscaped(text: string): void {
    const raw = escape;
    escape = "";
    if (!isFirstHalf(text.charCodeAt(0))) return add(text, raw);
    add("", "");
    held = text;
    heldRaw = raw;
  }

  function add(text: string, raw: string): void {
    if (held === "") {
      if (text !== "") onText(text, raw);
      return;
    }
    onText(held + text, heldRaw + raw);
    held = "";
    heldRaw = "";
  }

  function close(): void {
    add("", "");
    outcome = "closed";
  }

  return { read, outcome: () => outcome };
}

export const quoteCode = 0x22;
const backslashCode = 0x5c;
const firstPrintable = 0x20;

const plainEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

const isHexDigit = (mark: string): boolean => /^[0-9a-fA-F]$/.test(mark);
const isFirstHalf = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
