/**
 * JSON laid out for reading, also while it is being written: owns the layout of a text that only grows, not
 * what the text means.
 *
 * 1. Nothing of the text is changed but the space between its tokens: numbers of twenty digits, the order of
 *    keys and keys that stand twice stay as they were written.
 * 2. What has been laid out is not laid out again: the work of an append is that of the appended text.
 * 3. What no JSON can begin with is shown as it was written.
 */
export interface JsonPrinter {
  /** Cheap where `text` continues that of the last call. */
  print(text: string): PrintedJson;
}

export interface PrintedJson {
  /** The lines that are whole; the same array grows from call to call. */
  settled: readonly string[];
  /** The line that is being written. */
  last: string;
  /** It is no beginning of JSON, and stands here as it was written. */
  isRaw: boolean;
}

interface Container {
  type: "{" | "[";
  isOpened: boolean;
  isInline: boolean;
}

type ExpectedToken = "value" | "key" | ":" | "," | "end";

export function createJsonPrinter(): JsonPrinter {
  let layout = createLayout();
  let seen = "";
  return {
    print(text) {
      if (!text.startsWith(seen)) {
        layout = createLayout();
        seen = "";
      }
      const isGood = layout.add(text, seen.length);
      seen = text;
      if (isGood) return { settled: layout.settled, last: layout.last(), isRaw: false };
      const lines = text.split("\n");
      return { settled: lines.slice(0, -1), last: lines.at(-1) ?? "", isRaw: true };
    },
  };
}

function createLayout() {
  const settled: string[] = [];
  const open: Container[] = [];
  let line = "";
  let string: "none" | "inside" | "escaped" = "none";
  let scalar = "";
  let expected: ExpectedToken = "value";
  let isGood = true;

  const expect = (what: ExpectedToken): boolean => expected === what;
  const endValue = (): void => void (expected = open.length > 0 ? "," : "end");

  function startLine(): void {
    settled.push(line);
    line = "  ".repeat(open.filter(({ isInline }) => !isInline).length);
  }

  /** Before the first value of a container: whether it goes on in its line. */
  function beginInside(mark: string): void {
    const container = open.at(-1);
    if (!container || container.isOpened) return;
    container.isOpened = true;
    container.isInline = container.type === "[" && mark !== "{" && mark !== "[";
    if (!container.isInline) startLine();
  }

  function closeContainer(mark: string): boolean {
    const container = open.pop();
    if (container?.type !== (mark === "}" ? "{" : "[")) return false;
    if (container.isOpened && !expect(",")) return false;
    if (container.isOpened && !container.isInline) startLine();
    line += mark;
    endValue();
    return true;
  }

  function addComma(): boolean {
    if (!expect(",")) return false;
    const { type, isInline } = open.at(-1) ?? { type: "[", isInline: true };
    line += isInline ? ", " : ",";
    if (!isInline) startLine();
    expected = type === "{" ? "key" : "value";
    return true;
  }

  function addColon(): boolean {
    if (!expect(":")) return false;
    line += ": ";
    expected = "value";
    return true;
  }

  function addMark(mark: string): boolean {
    if (scalar !== "" && isScalar(mark)) return addScalar(mark);
    scalar = "";
    if (/\s/.test(mark)) return true;
    if (mark === "}" || mark === "]") return closeContainer(mark);
    if (mark === ",") return addComma();
    if (mark === ":") return addColon();
    if (!expect("value") && !(expect("key") && mark === '"')) return false;
    beginInside(mark);
    if (isScalar(mark)) return addScalar(mark);
    line += mark;
    if (mark === '"') string = "inside";
    else if (mark === "{" || mark === "[") {
      open.push({ type: mark, isOpened: false, isInline: false });
      expected = mark === "{" ? "key" : "value";
    }
    return mark === '"' || mark === "{" || mark === "[";
  }

  function addScalar(mark: string): boolean {
    scalar += mark;
    line += mark;
    endValue();
    return beginsScalar(scalar);
  }

  /** Adds what of `text` belongs to the string, and returns where that ends. */
  function addString(text: string, from: number): number {
    let at = from;
    for (; at < text.length && string !== "none"; at += 1) {
      if (string === "escaped") string = "inside";
      else if (text[at] === "\\") string = "escaped";
      else if (text[at] === '"') string = "none";
    }
    line += text.slice(from, at);
    if (string === "none") expected = expect("key") ? ":" : open.length > 0 ? "," : "end";
    return at;
  }

  return {
    settled,
    last: () => line,
    /** Adds `text` from there on; false: it is no JSON any more. */
    add(text: string, from: number): boolean {
      let at = from;
      while (isGood && at < text.length) {
        if (string !== "none") at = addString(text, at);
        else isGood = addMark(text[at++] ?? "");
      }
      return isGood;
    },
  };
}

/** A character of a number, of true, false or null. */
const isScalar = (mark: string): boolean => /[-+.\w]/.test(mark);

const beginsScalar = (text: string): boolean =>
  ["true", "false", "null"].some((word) => word.startsWith(text)) ||
  /^-?(\d+(\.\d*)?([eE][-+]?\d*)?)?$/.test(text);
