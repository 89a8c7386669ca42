import type { EventBody } from "../protocol/run-event.ts";
import { isOpen, type RunState } from "../protocol/run-state.ts";

interface InstanceStep {
  /** Which answer of the instance it belongs to, if it writes one. */
  call: string | undefined;
  /** The ids of its calls. */
  calls: readonly string[];
}

/**
 * What drops the steps of an instance, and all inside them: they stay in the log, finished, and what they
 * wrote is gone.
 */
export function droppedSteps(
  { steps, parts }: RunState,
  instance: string,
  isDropped: (step: InstanceStep) => boolean,
): EventBody[] {
  return steps
    .filter((step) => step.workflowStep === instance && step.parentToolCallId === undefined)
    .flatMap((step): EventBody[] => {
      const { stepId, attempt, workflowCall: call } = step;
      const ofStep = parts.filter((part) => part.stepId === stepId);
      const calls = ofStep.flatMap((part) => (part.type === "tool" ? [part.toolCallId] : []));
      // One that was dropped before has nothing left.
      if (!isDropped({ call, calls }) || (ofStep.length === 0 && !isOpen(step))) return [];
      return [
        { type: "reset-step", stepId, attempt: attempt + 1, reason: "dropped" },
        { type: "finish-step", stepId, finishReason: "other" },
      ];
    });
}
