/** The states of a run's life, as docs/protocol.md §5 draws them; the last four have their terminal event. */
export const runStatuses = [
  "queued",
  "running",
  "waiting",
  "stopping",
  "finished",
  "failed",
  "stopped",
  "interrupted",
] as const;
export type RunStatus = (typeof runStatuses)[number];

const ended: ReadonlySet<RunStatus> = new Set(["finished", "failed", "stopped", "interrupted"]);

const byTerminal = {
  finish: "finished",
  error: "failed",
  abort: "stopped",
  interrupted: "interrupted",
} as const satisfies Record<string, RunStatus>;

/** Where a run stands whose log ends with such an event. */
export const endedStatus = <T extends keyof typeof byTerminal>(terminal: T): (typeof byTerminal)[T] =>
  byTerminal[terminal];

/** A run that has its terminal event; nothing is appended to it any more. */
export const isEnded = (status: RunStatus): boolean => ended.has(status);
