import { createLineSplitter } from "./line-splitter.ts";

/**
 * What an event stream says. `id` is the last id seen so far, as in the WHATWG standard; absent until there
 * is one.
 */
export type SseItem =
  | { kind: "event"; event: string; data: string; id?: string }
  | { kind: "comment"; text: string }
  | { kind: "retry"; ms: number };

export interface SseDecoder {
  /** The items that are complete with this chunk; chunks may be cut anywhere, also inside a character. */
  push(chunk: Uint8Array): SseItem[];
  /**
   * The item that an end of file cut short of its blank line. By the standard it is no event, and a reader of
   * our own streams must not take it for one; some providers never send the last blank line, so theirs may
   * count.
   */
  end(): SseItem[];
}

/**
 * Decodes an event stream by the WHATWG rules
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html), in time linear in its bytes however they
 * are cut. Comments and `retry` are items too.
 */
export function createSseDecoder(): SseDecoder {
  // Removes one byte order mark at the start and holds back an unfinished character.
  const utf8 = new TextDecoder();
  const lines = createLineSplitter();
  const fields = createFieldReader();
  return {
    push(chunk) {
      const items: SseItem[] = [];
      lines.push(utf8.decode(chunk, { stream: true }), (line) => fields.read(line, items));
      return items;
    },
    end() {
      const items: SseItem[] = [];
      lines.push(`${utf8.decode()}\n`, (line) => fields.read(line, items));
      fields.read("", items);
      return items;
    },
  };
}

function createFieldReader() {
  let event = "";
  let data: string | undefined;
  let id: string | undefined;

  function read(line: string, items: SseItem[]): void {
    if (line === "") return dispatch(items);
    // The two lines of our own frames, spared the general path: every event goes through here.
    if (line.startsWith("data: ")) return addData(line.slice(6));
    if (line.startsWith("id: ")) return setId(line.slice(4));
    const colon = line.indexOf(":");
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (colon === 0) items.push({ kind: "comment", text: value });
    else field(colon === -1 ? line : line.slice(0, colon), value, items);
  }

  function field(name: string, value: string, items: SseItem[]): void {
    if (name === "data") addData(value);
    else if (name === "event") event = value;
    else if (name === "id") setId(value);
    else if (name === "retry" && /^\d+$/.test(value)) items.push({ kind: "retry", ms: Number(value) });
  }

  function addData(value: string): void {
    data = data === undefined ? value : `${data}\n${value}`;
  }

  function setId(value: string): void {
    if (!value.includes("\0")) id = value;
  }

  function dispatch(items: SseItem[]): void {
    if (data !== undefined) {
      const named = event === "" ? "message" : event;
      items.push(
        id === undefined ? { kind: "event", event: named, data } : { kind: "event", event: named, data, id },
      );
    }
    event = "";
    data = undefined;
  }
  return { read };
}
