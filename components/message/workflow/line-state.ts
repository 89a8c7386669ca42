import type { DrawnLine } from "#lib/protocol/drawn-graph.ts";
import type { WorkflowSummary } from "#lib/protocol/workflow-summary.ts";

/** How often an event went a way, and whether what runs now has come by it. */
export interface LineState {
  passed: number;
  isNow: boolean;
}

/** `isLive`: the run of the workflow still goes on. */
export function lineState(
  { event, from, to }: DrawnLine,
  { steps, received }: WorkflowSummary,
  isLive: boolean,
): LineState {
  const sender = stepOfNode(steps, from);
  const counts = from.startsWith(stepPrefix) ? (sender?.emitted ?? {}) : received;
  const fromStep = from.startsWith(stepPrefix) ? from.slice(stepPrefix.length) : undefined;
  const open = isLive ? stepOfNode(steps, to)?.open : undefined;
  return {
    passed: (Object.hasOwn(counts, event) ? counts[event] : undefined) ?? 0,
    isNow: open?.takes.some((taken) => taken.event === event && taken.from === fromStep) ?? false,
  };
}

const stepPrefix = "step/";

function stepOfNode(
  steps: WorkflowSummary["steps"],
  node: string,
): WorkflowSummary["steps"][string] | undefined {
  const name = node.slice(stepPrefix.length);
  return node.startsWith(stepPrefix) && Object.hasOwn(steps, name) ? steps[name] : undefined;
}
