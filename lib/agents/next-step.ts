import { isInvisible } from "../protocol/is-invisible.ts";
import type { Part, RefusalPart, TextPart } from "../protocol/message.ts";
import { isOpen, type RunState, type Step } from "../protocol/run-state.ts";
import type { Outcome } from "./producer.ts";

/*
 * Decides by the log alone what an agent does next (protocol 5.3), the same for the process that wrote it and
 * for any that takes it over:
 *
 * 1. A step that is finished is never asked again.
 * 2. An open one with text to read, and neither a tool call nor an object begun, is continued: what was read
 *    stays. So is one of whose answer the provider keeps the rest, be it thoughts only.
 * 3. One that has a call which waits for a person or was started is kept, and goes on from its calls.
 * 4. Any other is reset and asked anew: nothing in it was an answer yet.
 * 5. However often an answer changes hands, it goes on for as long as that brings new text; one that gets no
 *    further, or is begun anew each time, is given up in words.
 */

/** Attempts in a row that brought nothing new: each one is a request that is paid for. */
const maxStalls = 5;

/** A step that an earlier holder left unfinished: its rest is fetched, or the model is asked once more. */
export interface LeftStep {
  /** `continue`: its parts stay, and what comes goes on with them. `reset`: they are dropped. */
  type: "continue" | "reset";
  stepId: string;
  index: number;
  /** 2, and one more each time. */
  attempt: number;
  /** How often the model was asked again in it. */
  retries: number;
  /** How many attempts before this one, in a row, brought nothing new. */
  stalls: number;
  /** The most text that it ever had, in characters: what is longer is new. */
  maxLength: number;
  /** There is something in it that was shown. */
  isShown: boolean;
  /** The provider keeps the answer: its rest, or all of it, is read there. */
  response?: NonNullable<Step["response"]>;
  /** It has reported a usage of that answer already. */
  reported?: NonNullable<Step["reported"]>;
}

export type NextStep =
  | { type: "start"; index: number }
  | LeftStep
  /** The model's answer is complete, and its calls are not. */
  | { type: "answer-calls"; step: Step }
  | { type: "end"; outcome: Outcome };

/** What an agent does next. */
export function nextStep(state: RunState): NextStep {
  // A step inside a tool call is for the tool to go on with.
  const steps = state.steps.filter(({ parentToolCallId }) => parentToolCallId === undefined);
  // The run has ended only when none of them is open.
  const step = steps.findLast(isOpen) ?? steps.at(-1);
  if (!step) return { type: "start", index: 0 };
  const { finishReason } = step;
  if (finishReason !== undefined) return { type: "end", outcome: { type: "finished", finishReason } };
  const parts = state.parts.filter(({ stepId }) => stepId === step.stepId);
  if (parts.some(isStartedCall)) return { type: "answer-calls", step };
  const left = leftStep(step, parts);
  return left.stalls > maxStalls ? { type: "end", outcome: tooLong } : left;
}

function leftStep(step: Step, parts: readonly Part[]): LeftStep {
  const { stepId, index, attempt, retries = 0, maxLength = 0, response, reported, isAnew } = step;
  const isKept = parts.some(hasProse) || response?.cursor !== undefined;
  const isContinued = isKept && !parts.some(isCallOrObject);
  const length = parts.reduce((sum, part) => sum + (isAnswerText(part) ? part.text.length : 0), 0);
  // Builds before this one reset a step each time.
  const hasNewText = isContinued && length > maxLength && !isAnew;
  const stalls = hasNewText ? 0 : (step.stalls ?? attempt - 1) + 1;
  return {
    type: isContinued ? "continue" : "reset",
    stepId,
    index,
    attempt: attempt + 1,
    retries,
    stalls,
    maxLength: Math.max(maxLength, length),
    isShown: parts.some((part) => !("text" in part) || part.text !== ""),
    ...(response && { response }),
    ...(reported && reported.responseId === response?.responseId && { reported }),
  };
}

const isAnswerText = (part: Part): part is RefusalPart | (TextPart & { type: "text" }) =>
  part.type === "text" || part.type === "refusal";

const hasProse = (part: Part): boolean => isAnswerText(part) && !isInvisible(part.text);

const isCallOrObject = ({ type }: Part): boolean => type === "tool" || type === "object";

/** Its approval or its start is in the log: the model's answer for the step was complete before that. */
const isStartedCall = (part: Part): boolean =>
  part.type === "tool" && (part.attempt !== undefined || part.approvalId !== undefined);

const tooLong: Outcome = {
  type: "interrupted",
  reason: "time-limit",
  errorText: "the answer takes longer than this server may run",
};
