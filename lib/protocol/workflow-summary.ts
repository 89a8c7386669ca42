import { countItems } from "./piece-list.ts";
import type { WorkflowInstance, WorkflowState, WorkflowStepState } from "./workflow-state.ts";

/** What became of a workflow, as an answer keeps it: nothing of what was sent, only how much. */
export interface WorkflowSummary {
  name: string;
  /** Of the graph that its log was last written by. */
  definitionHash: string;
  steps: Readonly<Record<string, StepSummary>>;
  /** How many of each name came from outside, the input among them. */
  received: Readonly<Record<string, number>>;
}

export interface StepSummary
  extends Pick<WorkflowStepState, "begun" | "done" | "failed" | "cancelled" | "retries" | "ms" | "progress"> {
  /** How many events of each name it has sent. */
  emitted: Readonly<Record<string, number>>;
  /** How many events wait for it. */
  queued: number;
  /** How many it keeps for a later instance to collect. */
  kept: number;
  /** Its instances that have not ended; absent: none. */
  open?: OpenSummary;
}

export interface OpenSummary {
  running: number;
  /** For a person, or for an event from outside. */
  waiting: number;
  retrying: number;
  /** When the first of them began, server ms. */
  startedAt: number;
  /** What they have taken: of which name, and by which step it was sent. */
  takes: readonly { event: string; from?: string }[];
  /** Why one of them is tried again. */
  error?: string;
}

const summaries = new WeakMap<WorkflowState, WorkflowSummary>();

/** The same value for the same state. */
export function summarizeWorkflow(state: WorkflowState): WorkflowSummary {
  const known = summaries.get(state) ?? workflowSummary(state);
  summaries.set(state, known);
  return known;
}

function workflowSummary({
  name,
  definitionHash,
  steps,
  open,
  received = {},
}: WorkflowState): WorkflowSummary {
  const openOf = Map.groupBy(open, ({ step }) => step);
  return {
    ...{ name, definitionHash, received },
    steps: Object.fromEntries(
      Object.entries(steps).map(([step, state]) => [step, stepSummary(state, openOf.get(step))]),
    ),
  };
}

function stepSummary(
  { queue, kept, emitted = {}, begun, done, failed, cancelled, retries, ms, progress }: WorkflowStepState,
  open: readonly WorkflowInstance[] | undefined,
): StepSummary {
  return {
    ...{ begun, done, failed, cancelled, retries, ms, emitted },
    queued: Object.values(queue).reduce((sum, list) => sum + countItems(list), 0),
    kept: countItems(kept),
    ...(progress && { progress }),
    ...(open && { open: openSummary(open) }),
  };
}

function openSummary(open: readonly WorkflowInstance[]): OpenSummary {
  const count = (state: string): number => open.filter((each) => each.state === state).length;
  const [waiting, retrying] = [count("waiting"), count("retrying")];
  const error = open.findLast((each) => each.state === "retrying")?.error;
  const takes = new Map<string, OpenSummary["takes"][number]>();
  for (const { name: event, from } of open.flatMap(({ events }) => events.slice(0, maxTakes))) {
    const step = from?.slice(0, from.lastIndexOf("/"));
    takes.set(`${step}/${event}`, { event, ...(step !== undefined && { from: step }) });
  }
  return {
    ...{ running: open.length - waiting - retrying, waiting, retrying },
    ...{ startedAt: Math.min(...open.map(({ startedAt }) => startedAt)), takes: [...takes.values()] },
    ...(error !== undefined && { error }),
  };
}

/** Of what one instance has taken: an instance takes one event, or one of each name that it joins. */
const maxTakes = 100;
