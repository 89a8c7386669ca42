export type RunStatus =
  | "queued"
  | "running"
  | "waiting"
  | "stopping"
  | "finished"
  | "failed"
  | "stopped"
  | "interrupted";

const over: ReadonlySet<RunStatus> = new Set(["finished", "failed", "stopped", "interrupted"]);

/** A run that has its terminal event; nothing is appended to it any more. */
export const isEnded = (status: RunStatus): boolean => over.has(status);
