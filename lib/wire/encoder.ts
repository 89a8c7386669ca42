import type { Durability } from "../protocol/durability.ts";
import type { LogEntry } from "../protocol/log-entry.ts";

/**
 * The wire of one stream: turns what a reader of a run is told into text. It knows no store and no writer.
 * Each stream has an encoder of its own, which may keep that stream's state: spans that are open, parts by
 * step, the text so far.
 *
 * It may rely on this:
 * 1. `open` is the first call, `close` the last; each is made once.
 * 2. `entries` gets every event after the stream's cursor exactly once, in order, and only what is durable.
 * 3. After the terminal event there is only `close("ended")`.
 *
 * Each function returns whole frames, or "" to send nothing.
 */
export interface Encoder {
  /** What a stream begins with, before any event. */
  open(): string;
  entries(entries: readonly LogEntry[]): string;
  /** Called with each change; a stream begins with `ok`. */
  durability(status: Durability): string;
  /** Nothing was sent for 10 s. `head`: the seq of the newest event that is known. */
  heartbeat(head: number): string;
  close(end: StreamEnd): string;
}

/**
 * Why a stream ends. `ended`: its terminal event was sent. The others leave a run whose end was not seen; a
 * wire whose clients take the end of a stream for success has to say so. `gone`: the log is no longer kept,
 * or not the one that was read so far. `unavailable`: the store could not be read for too long; the stream
 * then fails. `damaged`: what is stored of it cannot be read. `abandoned`: nobody goes on with it; asking
 * anew may take it over. `closed`: the server closes the stream, or its reader left and gets no more.
 */
export type StreamEnd = "ended" | "gone" | "unavailable" | "damaged" | "abandoned" | "closed";
