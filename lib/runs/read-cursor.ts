import { type Cursor, parseCursor } from "../protocol/cursor.ts";

/**
 * Where a reader is: `Last-Event-ID: <runId>:<epoch>:<seq>` wins over `?after=<epoch>:<seq>` or
 * `?after=<seq>`. Null: not a cursor, or one of another run. Neither given: the beginning.
 */
export function readCursor(runId: string, lastEventId: string | null, after: string | null): Cursor | null {
  if (lastEventId !== null) {
    const cursor = lastEventId.startsWith(`${runId}:`)
      ? parseCursor(lastEventId.slice(runId.length + 1))
      : null;
    return cursor?.epoch === undefined ? null : cursor;
  }
  return after === null ? { seq: 0 } : parseCursor(after);
}
