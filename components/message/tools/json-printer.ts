import { createJsonParser, type JsonParser } from "#lib/structured/json-parser.ts";
import type { ContainerType, JsonVisitor } from "#lib/structured/json-scanner.ts";

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
  /** Cheap where `text` continues that of the last call. `isEnded`: nothing follows, it is JSON or not. */
  print(text: string, isEnded?: boolean): PrintedJson;
}

export interface PrintedJson {
  /** The lines that are whole; the same array grows from call to call. */
  settled: readonly string[];
  /** The line that is being written. */
  last: string;
  /** It is no beginning of JSON, and stands here as it was written. */
  isRaw: boolean;
  /** What it says, up to where it was printed. */
  json: JsonSoFar;
}

export type JsonSoFar = Pick<JsonParser, "value" | "stateOf" | "numberText">;

interface Container {
  type: ContainerType;
  isOpened: boolean;
  isInline: boolean;
}

export function createJsonPrinter(): JsonPrinter {
  let layout = createLayout();
  let parser = createJsonParser(layout);
  let seen = "";
  let hasEnded = false;

  function startAnew(): void {
    layout = createLayout();
    parser = createJsonParser(layout);
    seen = "";
    hasEnded = false;
  }

  return {
    print(text, isEnded = false) {
      if (text.slice(0, seen.length) !== seen || (hasEnded && text !== seen)) startAnew();
      parser.push(text.slice(seen.length));
      seen = text;
      if (isEnded && text.trim() !== "") {
        parser.end();
        hasEnded = true;
      }
      if (parser.error() === undefined)
        return {
          settled: layout.settled,
          last: layout.line() + parser.scalarText(),
          isRaw: false,
          json: parser,
        };
      const lines = text.split("\n");
      return { settled: lines.slice(0, -1), last: lines.at(-1) ?? "", isRaw: true, json: parser };
    },
  };
}

interface JsonLayout extends JsonVisitor {
  settled: readonly string[];
  /** The one after them, without a number or a word that is not whole. */
  line(): string;
}

function createLayout(): JsonLayout {
  const settled: string[] = [];
  const open: Container[] = [];
  let line = "";
  let isInKey = false;
  /** The value stands in the line of its key. */
  let hasKey = false;

  function startLine(): void {
    settled.push(line);
    line = "  ".repeat(open.filter(({ isInline }) => !isInline).length);
  }

  /** Before a key or a value: whether it goes on in the line. */
  function beginEntry(isContainer: boolean): void {
    const container = open.at(-1);
    if (container && !hasKey) {
      if (container.isOpened) line += container.isInline ? ", " : ",";
      else container.isInline = container.type === "array" && !isContainer;
      container.isOpened = true;
      if (!container.isInline) startLine();
    }
    hasKey = false;
  }

  return {
    settled,
    line: () => line,
    openContainer(type) {
      beginEntry(true);
      line += type === "array" ? "[" : "{";
      open.push({ type, isOpened: false, isInline: false });
    },
    closeContainer() {
      const container = open.pop();
      if (container?.isOpened && !container.isInline) startLine();
      line += container?.type === "array" ? "]" : "}";
    },
    beginString(isKey) {
      beginEntry(false);
      isInKey = isKey;
      line += '"';
    },
    addText: (_, raw) => void (line += raw),
    endString() {
      hasKey = isInKey;
      line += isInKey ? '": ' : '"';
    },
    beginScalar: () => beginEntry(false),
    addScalar: (_, raw) => void (line += raw),
  };
}
