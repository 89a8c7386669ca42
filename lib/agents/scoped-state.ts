import type { Part } from "../protocol/message.ts";
import type { RunState } from "../protocol/run-state.ts";

/**
 * The run as one loop of it sees it: the agent's own steps, those of an agent that runs inside a tool call,
 * or those of one answer in a workflow, as if they were a run of their own. What several loops share (usage,
 * times) is that of the whole run.
 */
export function scopedState(
  state: RunState,
  { parentToolCallId, workflowCall }: { parentToolCallId?: string; workflowCall?: string } = {},
): RunState {
  if (parentToolCallId === undefined && workflowCall !== undefined) return answerIn(state, workflowCall);
  const isNested = state.steps.some((step) => step.parentToolCallId !== undefined);
  if (parentToolCallId === undefined && !isNested) return state;
  const { retriedCall, ...shared } = state;
  return {
    ...shared,
    ...(parentToolCallId === undefined && retriedCall !== undefined && { retriedCall }),
    steps: state.steps.filter((step) => step.parentToolCallId === parentToolCallId),
    parts: state.parts.filter((part) => part.parentToolCallId === parentToolCallId).map(asOwn),
  };
}

function answerIn(state: RunState, workflowCall: string): RunState {
  const steps = state.steps.filter((step) => step.workflowCall === workflowCall);
  const ids = new Set(steps.map(({ stepId }) => stepId));
  return { ...state, steps, parts: state.parts.filter(({ stepId }) => ids.has(stepId)) };
}

function asOwn(part: Part): Part {
  const { parentToolCallId: _, ...own } = part;
  return own;
}
