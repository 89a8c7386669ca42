import { isOpen, type RunState } from "../protocol/run-state.ts";
import type { Outcome } from "./producer.ts";

/**
 * Attempts at one step, hand-overs included: an answer longer than a host's time limit is not asked for for
 * ever.
 */
const maxAttempts = 6;

/** A step to put to the model: a new one, or one that an earlier holder left unfinished. */
export interface AskedStep {
  type: "ask";
  /** Absent: a new step. */
  stepId?: string;
  index: number;
  /** 1, and one more each time the step is reset. */
  attempt: number;
  /** How often the model was asked again in it. */
  retries: number;
}

/**
 * What an agent does next, by the log alone: the same for the process that wrote it and for any that takes it
 * over. An unfinished step is put to the model once more, a finished one never.
 */
export function nextStep(state: RunState): AskedStep | { type: "end"; outcome: Outcome } {
  // A step inside a tool call is for the tool to go on with.
  const steps = state.steps.filter(({ parentToolCallId }) => parentToolCallId === undefined);
  // The run has ended only when none of them is open.
  const step = steps.findLast(isOpen) ?? steps.at(-1);
  if (!step) return { type: "ask", index: 0, attempt: 1, retries: 0 };
  const { stepId, index, attempt, retries = 0, finishReason } = step;
  if (finishReason !== undefined) return { type: "end", outcome: { type: "finished", finishReason } };
  if (attempt >= maxAttempts) return { type: "end", outcome: tooLong };
  return { type: "ask", stepId, index, attempt: attempt + 1, retries };
}

const tooLong: Outcome = {
  type: "interrupted",
  reason: "time-limit",
  errorText: "the answer takes longer than this server may run",
};
