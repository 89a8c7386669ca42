/**
 * Where a reader of a run stands: behind the event `seq`; 0 is before the first. `epoch` is that of this
 * event: a log that has another one there is not the one that was read (protocol 3.2). Absent: not checked.
 */
export interface Cursor {
  epoch?: number;
  seq: number;
}

/** `<epoch>:<seq>`, or `<seq>` where there is no event to have an epoch. */
export const formatCursor = ({ epoch, seq }: Cursor): string =>
  epoch === undefined || seq === 0 ? String(seq) : `${epoch}:${seq}`;

/** A cursor from its text; null if it is none. */
export function parseCursor(text: string): Cursor | null {
  const [, epoch, seq] = /^(?:(\d{1,15}):)?(\d{1,15})$/.exec(text) ?? [];
  if (seq === undefined) return null;
  return epoch === undefined ? { seq: Number(seq) } : { epoch: Number(epoch), seq: Number(seq) };
}
