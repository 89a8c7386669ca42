import { decodeEvent } from "../../protocol/decode-event.ts";
import type { LogEntry } from "../../protocol/log-entry.ts";
import { isStoredTooDeep } from "./stored-json.ts";
import { damaged } from "./unreadable.ts";

/** Which part of a log was read: `expected` entries, the first of them numbered `after` + 1. */
export interface LogRange {
  runId: string;
  after: number;
  expected: number;
}

/**
 * The first `expected` entries, each readable and none missing. Throws `StorageError("damaged")` that names
 * the first event that is not as it was appended.
 */
export function checkRange(rows: readonly LogEntry[], { runId, after, expected }: LogRange): LogEntry[] {
  const entries = checkLog(runId, after, rows.slice(0, Math.max(expected, 0)));
  if (entries.length < expected) throw damaged(`event ${after + 1 + entries.length} of run ${runId}`);
  return entries;
}

/** Entries that follow `after` without a gap. Throws `StorageError("damaged")` otherwise. */
export function checkLog(runId: string, after: number, rows: readonly LogEntry[]): LogEntry[] {
  return rows.map(({ seq, epoch, json }, index) => {
    const expected = after + 1 + index;
    if (seq !== expected) throw damaged(`event ${expected} of run ${runId}`);
    if (!isEvent({ seq, epoch, json }, runId)) throw damaged(`event ${seq} of run ${runId}`);
    return { seq, epoch, json };
  });
}

function isEvent({ seq, epoch, json }: LogEntry, runId: string): boolean {
  try {
    const event = decodeEvent(json);
    if (event.runId !== runId || event.seq !== seq || event.epoch !== epoch) return false;
    return !isStoredTooDeep(json);
  } catch {
    return false; // The caller names the event.
  }
}
