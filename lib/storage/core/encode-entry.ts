import type { LogEntry } from "../../protocol/log-entry.ts";
import type { RunEvent } from "../../protocol/run-event.ts";

/** An event as a log keeps it. */
export const encodeEntry = (event: RunEvent): LogEntry => ({
  seq: event.seq,
  epoch: event.epoch,
  json: JSON.stringify(event),
});
