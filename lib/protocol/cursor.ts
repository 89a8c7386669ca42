/**
 * Where a reader of a run stands: behind the event `seq`; 0 is before the first. `epoch` is that of this
 * event: a log that has another one there is not the one that was read (protocol 3.2). Absent: not checked.
 */
export interface Cursor {
  epoch?: number;
  seq: number;
}
