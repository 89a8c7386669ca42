import type { Part } from "../protocol/message.ts";
import { outsideCalls } from "../protocol/outside-calls.ts";
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
  const outside = outsideCalls(state.parts);
  return {
    ...shared,
    ...(parentToolCallId === undefined && retriedCall !== undefined && { retriedCall }),
    steps: state.steps.filter((step) => step.parentToolCallId === parentToolCallId),
    parts: state.parts
      .filter((part) => part.parentToolCallId === parentToolCallId)
      .map((part) => asOwn(part, outside)),
  };
}

function answerIn(state: RunState, workflowCall: string): RunState {
  const steps = state.steps.filter((step) => step.workflowCall === workflowCall);
  const ids = new Set(steps.map(({ stepId }) => stepId));
  const outside = outsideCalls(state.parts);
  const parts = state.parts.filter(({ stepId }) => ids.has(stepId));
  return { ...state, steps, parts: parts.map((part) => asOwn(part, outside)) };
}

/** What was written by others inside of it is not seen any more: the call says that it was. */
function asOwn(part: Part, outside: ReadonlySet<string>): Part {
  const { parentToolCallId: _, ...own } = part;
  return own.type === "tool" && outside.has(own.toolCallId) ? { ...own, isOutside: true } : own;
}
