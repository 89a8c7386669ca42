/*
 * The frames of a provider's body, line by line: an event stream as providers write it. Knows no wire, and
 * not how bytes become lines. Beyond the standard (lib/wire/sse-decoder.ts, which reads our own streams):
 *
 * 1. A frame that is whole ends where the next one begins, also without the blank line between.
 * 2. A line of JSON is a frame without its `data:`; several that only together are JSON are one.
 * 3. `error:` is an error, as llama.cpp writes it.
 */

export interface FrameLines {
  read(line: string): void;
  /** The body has ended: a last frame without its blank line, if it is whole. */
  end(): void;
  /** Any line was one of an event stream's, or a frame. */
  readonly isStream: boolean;
}

export interface FrameLinesOptions {
  /** `event` is "message" where it has no name; `data` is trimmed and not empty. */
  onFrame(data: string, event: string): void;
  /** Whether that may be all of a frame's data. */
  isWhole(data: string): boolean;
}

export function createFrameLines({ onFrame, isWhole }: FrameLinesOptions): FrameLines {
  let event = "";
  let data: string | undefined;
  let lineCount = 0;
  /** Lines of JSON outside of any field. */
  let loose: string | undefined;
  let isStream = false;

  function read(line: string): void {
    if (line === "") return dispatch();
    if (line.startsWith("data: ")) return addData(line.slice(6));
    const colon = line.indexOf(":");
    if (colon === 0) {
      isStream = true;
      return;
    }
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    readField(colon === -1 ? line : line.slice(0, colon), value, line);
  }

  function readField(name: string, value: string, line: string): void {
    switch (name.toLowerCase()) {
      case "data":
        return addData(value);
      case "event":
        startAnother();
        isStream = true;
        event = value;
        return;
      case "error":
        dispatch();
        return give(value, "error");
      case "id":
      case "retry":
        startAnother();
        isStream = true;
        return;
      default:
        return addLoose(line);
    }
  }

  function addData(value: string): void {
    isStream = true;
    if (loose !== undefined) dispatch();
    if (lineCount > 0) startAnother();
    data = data === undefined ? value : `${data}\n${value}`;
    lineCount += 1;
  }

  /** 1. Only a lone line is looked at: to look at each further one would not be linear. */
  function startAnother(): void {
    if (lineCount === 1 && data !== undefined && isWhole(data)) dispatch();
  }

  /** 2. */
  function addLoose(line: string): void {
    startAnother();
    isStream ||= fieldNames.some((name) => name.startsWith(line));
    if (loose !== undefined) loose += `\n${line}`;
    else if (!/^\s*[[{]/.test(line)) return;
    else if (isWhole(line)) give(line, "message");
    else loose = line;
  }

  function dispatch(): void {
    const named = event === "" ? "message" : event;
    const framed = data;
    const unframed = loose;
    event = "";
    data = undefined;
    loose = undefined;
    lineCount = 0;
    if (framed !== undefined) give(framed, named);
    if (unframed !== undefined && isWhole(unframed)) give(unframed, named);
  }

  function give(given: string, named: string): void {
    isStream = true;
    const trimmed = given.trim();
    if (trimmed !== "") onFrame(trimmed, named);
  }

  return {
    read,
    end() {
      if (data !== undefined && !isWhole(data)) data = undefined;
      dispatch();
    },
    get isStream() {
      return isStream;
    },
  };
}

/** A body may be cut in its first one. */
const fieldNames = ["data", "event", "id", "retry"];
