import type { Cursor } from "../protocol/cursor.ts";

/**
 * Where a reader is: `Last-Event-ID: <runId>:<epoch>:<seq>` wins over `?after=<epoch>:<seq>` or
 * `?after=<seq>`. Null: not a cursor, or one of another run. Neither given: the beginning.
 */
export function readCursor(runId: string, lastEventId: string | null, after: string | null): Cursor | null {
  if (lastEventId !== null) {
    const [, id, epoch, seq] = /^([0-9a-f-]{36}):(\d{1,15}):(\d{1,15})$/.exec(lastEventId) ?? [];
    return id === runId ? { epoch: Number(epoch), seq: Number(seq) } : null;
  }
  if (after === null) return { seq: 0 };
  const [, epoch, seq] = /^(?:(\d{1,15}):)?(\d{1,15})$/.exec(after) ?? [];
  if (seq === undefined) return null;
  return epoch === undefined ? { seq: Number(seq) } : { epoch: Number(epoch), seq: Number(seq) };
}
