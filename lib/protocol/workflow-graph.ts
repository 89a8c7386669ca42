/** A workflow as it is drawn, and as its log keeps it: which step takes and makes which events. */
export interface WorkflowGraph {
  name: string;
  /** The event that a run begins with. */
  input: string;
  steps: readonly WorkflowGraphStep[];
  /** The names of all its events, `stop` among them. */
  events: readonly string[];
  /** Those that come from outside. */
  outside: readonly string[];
}

export interface WorkflowGraphStep {
  name: string;
  /** By name, also those that stand for one that it accepts. */
  accepts: readonly string[];
  /** It takes one of each at a time; absent: any one. */
  joins?: true;
  emits: readonly string[];
  /** What comes from outside while it runs. */
  waitsFor?: readonly string[];
  /** How many of it run at once. */
  concurrency: number;
}

/** The event that ends a workflow; its data are the result. */
export const stopEvent = "stop";

/** The name of the call by which a step waits for an event from outside. */
export const waitTool = "wait_for_event";

/** That of the call by which it is asked whether a step that was cut off is run again. */
export const runAgainTool = "run_step_again";
