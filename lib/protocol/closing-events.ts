import type { Part } from "./message.ts";
import type { EventBody } from "./run-event.ts";
import { isOpen, type RunState, type Step } from "./run-state.ts";
import { depthOf, stepsAround } from "./step-nesting.ts";
import type { WorkflowInstance } from "./workflow-state.ts";

/**
 * Why a run is closed before its answer is complete; goes to the model as the result of its unanswered calls.
 */
export interface ClosingReason {
  code: string;
  errorText: string;
}

/**
 * The events that must stand before a terminal one: every open part ended, every tool call answered, every
 * step finished, the ones inside a tool call before its answer, and what a workflow has begun cancelled. So
 * each log folds to a history that a provider accepts (docs/protocol.md 1.5).
 */
export function closingEvents({ steps, parts, workflow }: RunState, reason: ClosingReason): EventBody[] {
  const isOfStep = new Set(steps.map(({ stepId }) => stepId));
  const around = stepsAround(steps, parts);
  const innerFirst = steps
    .toReversed()
    .toSorted((a, b) => depthOf(around, b.stepId) - depthOf(around, a.stepId));
  return [
    ...innerFirst.flatMap((step) => closeStep(step, parts, reason)),
    ...parts.filter(({ stepId }) => !isOfStep.has(stepId)).flatMap((part) => closePart(part, reason)),
    ...(workflow?.open ?? []).map(cancelInstance),
  ];
}

function closeStep(step: Step, parts: readonly Part[], reason: ClosingReason): EventBody[] {
  const { stepId } = step;
  const ofStep = parts.filter((part) => part.stepId === stepId);
  return [
    ...ofStep.flatMap((part) => closePart(part, reason)),
    ...(isOpen(step) ? [{ type: "finish-step", stepId, finishReason: "other" } as const] : []),
  ];
}

const cancelInstance = ({ step, instance }: WorkflowInstance): EventBody => ({
  type: "workflow-step",
  step,
  instance,
  state: "cancelled",
});

function closePart(part: Part, { code, errorText }: ClosingReason): EventBody[] {
  if (part.endedAt !== undefined) return [];
  switch (part.type) {
    case "text":
      return [{ type: "text-end", id: part.id }];
    case "reasoning":
      return [{ type: "reasoning-end", id: part.id }];
    case "object":
      return [{ type: "object-end", id: part.id, value: null, valid: false, errors: [errorText] }];
    case "tool":
      return part.state === "input-streaming"
        ? [
            {
              type: "tool-input-error",
              toolCallId: part.toolCallId,
              toolName: part.toolName,
              input: part.inputText,
              errorText,
            },
          ]
        : [{ type: "tool-output-error", toolCallId: part.toolCallId, errorText, code }];
    case "refusal":
    case "handoff":
    case "source-url":
    case "steered":
      return [];
    default:
      part satisfies never;
      return [];
  }
}
