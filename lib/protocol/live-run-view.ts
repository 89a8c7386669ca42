import type { RunStatus } from "./run-status.ts";
import type { RunProgress } from "./workflow-state.ts";

/** A run that has not ended, as `GET /api/runs` lists it (docs/protocol.md 3.5). */
export interface LiveRunView {
  runId: string;
  conversationId: string;
  /** Of its conversation. */
  title: string;
  agent: string;
  status: RunStatus;
  /** Server ms. */
  createdAt: number;
  /** The newest that it said of how far it is; absent: nothing. */
  progress?: RunProgress;
  /** The names of the events from outside that it waits for; absent: none. */
  awaits?: readonly string[];
}
