import { begunAnew } from "./codes.ts";
import type { Part } from "./message.ts";
import type { EventOf } from "./run-event.ts";
import type { RunState, Step } from "./run-state.ts";
import { runsInside, stepsAround } from "./step-nesting.ts";

/** The steps after one more starts. An id that is started again starts over, as the newest. */
export function startStep(steps: readonly Step[], event: EventOf<"start-step">): readonly Step[] {
  const { stepId, index, agent, parentToolCallId, workflowStep, workflowCall } = event;
  const started: Step = {
    stepId,
    index,
    agent,
    ...(parentToolCallId !== undefined && { parentToolCallId }),
    ...(workflowStep !== undefined && { workflowStep }),
    ...(workflowCall !== undefined && { workflowCall }),
    attempt: 1,
  };
  return [...steps.filter((step) => step.stepId !== stepId), started];
}

/**
 * The steps with one of them changed; the others are the same values. One that is not there changes nothing.
 */
export function editStep(
  steps: readonly Step[],
  stepId: string | undefined,
  next: (step: Step) => Step,
): readonly Step[] {
  const at = steps.findLastIndex((step) => step.stepId === stepId);
  const step = steps[at];
  return step ? steps.with(at, next(step)) : steps;
}

type Reopening = Pick<EventOf<"reset-step" | "continue-step">, "attempt" | "reason" | "stalls" | "maxLength">;

/** A step that is asked once more: open again if it was finished. */
export function reopenStep(step: Step, { attempt, reason, stalls, maxLength }: Reopening): Step {
  const { finishReason: _, fault: _f, isAnew: _a, ...open } = step;
  return {
    ...open,
    attempt,
    ...(reason === begunAnew && { isAnew: true }),
    ...(stalls !== undefined && { stalls }),
    ...(maxLength !== undefined && { maxLength }),
  };
}

/** The answer that the provider keeps of a step, from its beginning. */
export const keepResponse = (steps: readonly Step[], stepId: string, responseId: string): readonly Step[] =>
  editStep(steps, stepId, (step) => ({ ...step, response: { responseId } }));

/** How far it has been read. */
export const moveCursor = (steps: readonly Step[], stepId: string, cursor: number): readonly Step[] =>
  editStep(steps, stepId, (step) =>
    step.response ? { ...step, response: { ...step.response, cursor } } : step,
  );

/** Its provider reports what the answer that it keeps has used; `total`: before that. */
export const keepReport = ({ steps, total }: RunState, stepId: string | undefined): readonly Step[] => {
  const { response, reported } = steps.findLast((step) => step.stepId === stepId) ?? {};
  if (!response || reported?.responseId === response.responseId) return steps;
  const { responseId } = response;
  return editStep(steps, stepId, (step) => ({
    ...step,
    reported: { responseId, ...(total && { before: total }) },
  }));
};

/** What it has used is known. */
export function withoutReport(step: Step): Step {
  const { reported: _, ...rest } = step;
  return rest;
}

/** Nobody reads on in the answer that the provider keeps. */
export function withoutResponse(step: Step): Step {
  const { response: _, ...rest } = step;
  return rest;
}

/**
 * What a reset leaves: the step itself, without its parts. The steps inside it (those that run in one of its
 * tool calls, and the ones inside them in turn) are gone together with the calls that they were to answer.
 */
export function resetStep(
  steps: readonly Step[],
  parts: readonly Part[],
  event: { stepId: string } & Reopening,
): { steps: readonly Step[]; parts: readonly Part[] } {
  const { stepId } = event;
  const around = stepsAround(steps, parts);
  const left = steps.filter((step) => step.stepId === stepId || !runsInside(around, step.stepId, stepId));
  const isLeft = new Set(left.map((step) => step.stepId));
  const isGone = (part: Part): boolean =>
    part.stepId === stepId || (around.has(part.stepId) && !isLeft.has(part.stepId));
  return {
    steps: editStep(left, stepId, (step) => withoutResponse(reopenStep(step, event))),
    parts: parts.filter((part) => !isGone(part)),
  };
}
