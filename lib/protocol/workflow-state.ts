import type { PieceList } from "./piece-list.ts";
import type { WorkflowGraph } from "./workflow-graph.ts";

/**
 * Where a workflow stands, folded from its log: what a page draws, and all that the next holder needs to go
 * on. What has ended is counted and not kept, so that it does not grow with what was done.
 */
export interface WorkflowState {
  name: string;
  /** Of the definition that wrote the newest part of the log. */
  definitionHash: string;
  graph: WorkflowGraph;
  /** How many events were sent; the id of the next one is one more. */
  sent: number;
  /** How many of each name came from outside, the input among them. */
  received?: Readonly<Record<string, number>>;
  /** By name; each one of the graph is there. */
  steps: Readonly<Record<string, WorkflowStepState>>;
  /** The instances that have begun and not ended, in the order of their begin. */
  open: readonly WorkflowInstance[];
  /** What its steps keep, by name. */
  values: Readonly<Record<string, unknown>>;
  /** How many events have come from outside, by their names; absent: none. */
  outside?: Readonly<Record<string, number>>;
  /** The first `stop` event: the workflow has ended, and writes its result. */
  result?: { value: unknown; from: string };
  /** How long nobody wrote it, while it did not wait for anybody, ms. */
  awayMs?: number;
}

export interface WorkflowStepState {
  /** What waits to be taken, oldest first, by the names of the events. */
  queue: Readonly<Record<string, PieceList<SentEvent>>>;
  /** What ended instances have left for a later one of the same step to collect. */
  kept: PieceList<SentEvent>;
  /** How many instances have begun, and came to each end. */
  begun: number;
  done: number;
  failed: number;
  cancelled: number;
  /** How many events of each name its instances have sent, of those that count. */
  emitted?: Readonly<Record<string, number>>;
  /** How often one of them was tried again. */
  retries: number;
  /** From begin to end, of all that have ended, ms. */
  ms: number;
  /** The newest. */
  progress?: RunProgress;
}

/** An event in the queue of a workflow. */
export interface SentEvent {
  /** "1", "2", … in the order of the log. */
  id: string;
  name: string;
  data: unknown;
  /** The instance that sent it; absent: the input, or it came from outside. */
  from?: string;
  /** Where it stands among all that came of the same beginning: compared number by number. */
  order?: readonly number[];
}

/** One run of a step, with all its attempts. */
export interface WorkflowInstance {
  /** `<step>/<n>`, from 1. */
  instance: string;
  step: string;
  /** What it has taken. */
  events: readonly SentEvent[];
  attempt: number;
  /** `running`, `waiting` or `retrying`. */
  state: string;
  startedAt: number;
  /** How often it has failed, and why it did last. */
  failures?: number;
  error?: string;
  /** While it is `retrying`: from when on it may run again, server ms. */
  retryAt?: number;
  /** What it has written so far: counts only once it is done. */
  sent: PieceList<SentEvent>;
  values: Readonly<Record<string, unknown>>;
}

/** How far a run, or a step of a workflow, says that it is. */
export interface RunProgress {
  message: string;
  progress?: number;
  total?: number;
  /** Of which instance and attempt; absent: of the run itself. */
  instance?: string;
  attempt?: number;
  at: number;
}
