import { ModelError } from "../models/model-error.ts";
import { isInvisible } from "../protocol/is-invisible.ts";
import { isOwnCall } from "../protocol/is-own-call.ts";
import type { Part, RefusalPart, TextPart, ToolPart } from "../protocol/message.ts";
import { isOpen, type RunState, type Step } from "../protocol/run-state.ts";
import type { Outcome } from "./producer.ts";

/*
 * Decides by the log alone what an agent does next (protocol 5.3), the same for the process that wrote it and
 * for any that takes it over:
 *
 * 1. A step that is finished is never asked again.
 * 2. An open one with text to read, and neither a tool call nor an object begun, is continued: what was read
 *    stays. So is one of whose answer the provider keeps the rest, be it thoughts only.
 * 3. One that has a call which waits for a person or was started is kept, and goes on from its calls. So is
 *    one with text to read and a call that was begun: what was read stays, and a call whose arguments were
 *    not complete is one that failed. Where the provider keeps the answer, that is read anew instead.
 * 4. Any other is reset and asked anew: nothing in it was an answer yet.
 * 5. However often an answer changes hands, it goes on for as long as that brings new text; one that gets no
 *    further, or is begun anew each time, is given up in words.
 * 6. A step whose calls have their results is followed by another, so that the model sees them, until one
 *    calls nothing; so is one whose reply was no answer, and one behind which a person has said something.
 *    What an agent may use up is looked at here, before each of them.
 * 7. A result that is the answer is written as a step of its own, for which no model is asked.
 * 8. A run that a person began for the sake of one call begins with a step that makes it once more.
 */

/** Replies in a row that were no answer, after each of which the model is asked once more. */
const defaultMaxFaults = 3;

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

/** The model is asked for a step that does not exist yet. */
export interface NewStep {
  type: "start";
  index: number;
  /** What was wrong with the reply before it, in words for the model. */
  fault?: string;
  /** No step may follow: the model is to answer with what it has, and call nothing. */
  isLast?: true;
}

export type NextStep =
  | NewStep
  | LeftStep
  /**
   * The model's answer is complete, and its calls are not; the step is open. `left`: an earlier holder left
   * the answer unfinished, behind a call that it had begun.
   */
  | { type: "calls"; stepId: string; left?: LeftStep }
  /** The call of the continued answer is made once more; `step`: it is being written already. */
  | { type: "repeat"; toolCallId: string; step?: Step }
  /** A tool's output is the answer; `step`: it is being written already. */
  | { type: "direct"; index: number; output: unknown; step?: Step }
  | { type: "end"; outcome: Outcome };

/** What an agent may use up, and what of its tools decides how it goes on. */
export interface StepRules {
  /** What the call has given as the answer; undefined: it has given none. */
  answerOf?(part: ToolPart): { output: unknown } | undefined;
  maxSteps?: number;
  /** Input and output, of the whole run. */
  maxTokens?: number;
  /** Without what it waited for people, and for a process to take it over. */
  maxMs?: number;
  /** How often in a row a reply that is no answer is asked for again; absent: 3. */
  maxFaults?: number;
  /** A reply is an object that fits a schema. */
  wantsObject?: boolean;
  /** At `maxSteps` the model is asked for its answer once more, in place of an end. */
  answersAtCap?: boolean;
  /** Wall time, ms. */
  now?: number;
}

/** What an agent does next; `state`: of its own steps (`scopeOf`). */
export function nextStep(state: RunState, rules: StepRules = {}): NextStep {
  const { steps } = state;
  // The run has ended only when none of them is open.
  const repeated = repeatedCall(state);
  if (repeated) return repeated;
  const step = steps.findLast(isOpen) ?? steps.at(-1);
  if (!step) return { type: "start", index: 0 };
  if (!isOpen(step)) return afterStep(state, step, rules);
  const parts = partsOf(state, step);
  if (parts.some(isStartedCall)) return { type: "calls", stepId: step.stepId };
  const direct = directOutput(state, steps[steps.indexOf(step) - 1], rules);
  if (direct) return { type: "direct", index: step.index, output: direct.output, step };
  const left = leftStep(step, parts);
  if (left.stalls > maxStalls) return { type: "end", outcome: tooLong };
  return isReadUpToCalls(step, parts) ? { type: "calls", stepId: step.stepId, left } : left;
}

/** Whether a model would be asked with what a person says now; at a cap it is left for the next question. */
export function takesSteers(state: RunState, rules: StepRules = {}): boolean {
  const next = nextStep(state, rules);
  if (next.type !== "end" || next.outcome.type !== "finished") return next.type === "start";
  const index = (state.steps.at(-1)?.index ?? -1) + 1;
  return startNext({ type: "start", index }, state, rules).type === "start";
}

/** 8. */
function repeatedCall(state: RunState): NextStep | undefined {
  const { retriedCall: toolCallId, steps } = state;
  const [step, ...others] = steps;
  if (toolCallId === undefined || others.length > 0) return undefined;
  if (!step) return { type: "repeat", toolCallId };
  if (!isOpen(step)) return undefined;
  const isMade = partsOf(state, step).some(
    (part) => part.type === "tool" && part.state !== "input-streaming",
  );
  return isMade ? { type: "calls", stepId: step.stepId } : { type: "repeat", toolCallId, step };
}

/** Behind a step that is finished. */
function afterStep(state: RunState, step: Step, rules: StepRules): NextStep {
  const { finishReason = "other", fault } = step;
  const index = step.index + 1;
  const parts = partsOf(state, step);
  const isCutOff = finishReason === "length" || finishReason === "content-filter";
  const hasCalls = parts.some(isOwnCall) && !isCutOff;
  const direct = directOutput(state, step, rules);
  if (direct) return { type: "direct", index, output: direct.output };
  const { maxFaults = defaultMaxFaults, wantsObject = false } = rules;
  if (fault !== undefined && faultsInARow(state.steps) <= maxFaults)
    return startNext({ type: "start", index, fault }, state, rules);
  const isGivenUp = fault !== undefined;
  return hasCalls || isSteeredBehind(state, step)
    ? startNext({ type: "start", index }, state, rules)
    : {
        type: "end",
        outcome: isGivenUp ? noAnswer(maxFaults, wantsObject) : { type: "finished", finishReason },
      };
}

/** Thoughts alone would look like an answer, and an end with nothing at all like one that went well. */
function noAnswer(maxFaults: number, wantsObject: boolean): Outcome {
  const times = maxFaults === 0 ? "once" : `${maxFaults + 1} times`;
  const errorText = `the model was asked ${times} and gave no answer${wantsObject ? " that fits its form" : ""}`;
  const facts = { reason: wantsObject ? "unfit-answer" : "no-answer" } as const;
  const failure = new ModelError("bad-response", errorText, { retryable: true, facts });
  return { type: "failed", failure };
}

/** 6. */
function startNext(next: NewStep, state: RunState, rules: StepRules): NextStep {
  const { maxSteps = Infinity, maxTokens = Infinity, maxMs = Infinity, answersAtCap, now = 0 } = rules;
  const { inputTokens = 0, outputTokens = 0 } = state.total ?? {};
  if (inputTokens + outputTokens >= maxTokens) return capped("tokens", maxTokens);
  const awayMs = (state.takeovers ?? []).reduce((sum, { afterMs = 0 }) => sum + afterMs, 0);
  const workedMs = now - state.startedAt - (state.waitedMs ?? 0) - awayMs;
  if (workedMs >= maxMs) return capped("time", Math.round(maxMs / 1000));
  if (next.index < maxSteps) return next;
  return answersAtCap && next.index === maxSteps ? { ...next, isLast: true } : capped("steps", maxSteps);
}

function capped(reason: "steps" | "tokens" | "time", cap: number): NextStep {
  const errorText = {
    steps: `Max iterations of ${cap} reached: the agent called tools in each of its steps`,
    tokens: `the agent has used ${cap} tokens, the most that one answer may take`,
    time: `the agent has worked for ${cap} seconds, the longest that one answer may take`,
  }[reason];
  const facts = { reason: `agent-${reason}` } as const;
  const failure = new ModelError("limit-reached", errorText, { retryable: true, facts });
  return { type: "end", outcome: { type: "failed", failure } };
}

const partsOf = ({ parts }: RunState, { stepId }: Step): Part[] =>
  parts.filter((part) => part.stepId === stepId);

/** The first output, in the order of the calls, that is the answer. */
const directOutput = (
  state: RunState,
  step: Step | undefined,
  { answerOf }: StepRules,
): { output: unknown } | undefined =>
  step && answerOf
    ? partsOf(state, step).flatMap((part) =>
        part.type === "tool" && part.state === "output-available" ? (answerOf(part) ?? []) : [],
      )[0]
    : undefined;

function faultsInARow(steps: readonly Step[]): number {
  const good = steps.findLastIndex(({ fault }) => fault === undefined);
  return steps.length - 1 - good;
}

/** A person has said something that no step has seen. */
function isSteeredBehind({ parts }: RunState, { stepId, steeredBefore = 0 }: Step): boolean {
  const endsAt = parts.findLastIndex((part) => part.stepId === stepId);
  const steered = parts.slice(endsAt + 1).filter(({ type }) => type === "steered");
  return steered.length > (endsAt === -1 ? steeredBefore : 0);
}

function leftStep(step: Step, parts: readonly Part[]): LeftStep {
  const { stepId, index, attempt, retries = 0, maxLength = 0, response, reported, isAnew } = step;
  const isKept = parts.some(hasProse) || response?.cursor !== undefined;
  const isContinued = (isKept && !parts.some(isCallOrObject)) || isReadUpToCalls(step, parts);
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

/** 3. */
const isReadUpToCalls = ({ response }: Step, parts: readonly Part[]): boolean =>
  response === undefined && parts.some(hasProse) && parts.some(isOwnCall);

const isAnswerText = (part: Part): part is RefusalPart | (TextPart & { type: "text" }) =>
  part.type === "text" || part.type === "refusal";

const hasProse = (part: Part): boolean => isAnswerText(part) && !isInvisible(part.text);

const isCallOrObject = (part: Part): boolean => isOwnCall(part) || part.type === "object";

/**
 * Its approval, its start or what came of it is in the log: the model's answer for the step was complete
 * before that.
 */
const isStartedCall = (part: Part): boolean =>
  isOwnCall(part) &&
  (part.attempt !== undefined ||
    part.approvalId !== undefined ||
    part.state === "output-available" ||
    part.state === "output-denied" ||
    (part.state === "output-error" && part.code !== undefined));

const tooLong: Outcome = {
  type: "interrupted",
  reason: "time-limit",
  errorText: "the answer takes longer than this server may run",
};
