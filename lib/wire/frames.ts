import { formatCursor } from "../protocol/cursor.ts";
import type { Durability } from "../protocol/durability.ts";
import type { LogEntry } from "../protocol/log-entry.ts";
import type { Encoder } from "./encoder.ts";

/**
 * Our own wire (protocol 2): one event a frame, with `<runId>:<epoch>:<seq>` for its id, by which EventSource
 * reconnects at the cursor. What is not in the log travels as comments. A run's end is its terminal event;
 * the end of a stream says nothing, so `close` sends nothing. `random`: 0 to 1, spreads reconnections.
 */
export function createFrameEncoder(runId: string, random: () => number): Encoder {
  const encodeEntry = (entry: LogEntry): string => encodeFrame(`${runId}:${formatCursor(entry)}`, entry.json);
  return {
    open: () => `retry: ${500 + Math.floor(random() * 2000)}\n${encodeComment("open")}`,
    entries: (entries) => entries.map(encodeEntry).join(""),
    durability: (status) => encodeComment(durabilityComments[status]),
    heartbeat: (head) => encodeComment(`hb ${head}`),
    close: () => "",
  };
}

const durabilityComments: Readonly<Record<Durability, string>> = {
  ok: "saved",
  delayed: "delayed",
  stopped: "unsaved",
};

/** A frame with one event. `data` is one line of JSON. Throws `RangeError` if either could forge a frame. */
export function encodeFrame(id: string, data: string): string {
  if (breaksLine(id) || breaksLine(data)) throw new RangeError("A frame's id and data are one line each");
  return `id: ${id}\ndata: ${data}\n\n`;
}

/** A comment, which EventSource passes over. Line breaks in `text` become spaces. */
export const encodeComment = (text: string): string => `: ${text.replace(/[\r\n]+/g, " ")}\n\n`;

const breaksLine = (text: string): boolean => text.includes("\n") || text.includes("\r");
