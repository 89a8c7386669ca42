/** That this browser had lost the connection to a run: the newest event by then, and for how long. */
export interface Reconnection {
  runId: string;
  seq: number;
  afterMs: number;
}
