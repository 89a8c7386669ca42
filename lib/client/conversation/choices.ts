import type { AssistantMessage, Message } from "../../protocol/message.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { hasAnswer, isWhole } from "../../protocol/shown-path.ts";

/**
 * Which of several answers to a question this browser shows, by the question's id, where that is not left to
 * the rules of lib/protocol/shown-path.ts. What is shown is what the next question is asked under.
 */
export type Choices = Readonly<Record<string, AnswerChoice>>;

interface AnswerChoice {
  answerId: string;
  /** Was to replace it: the choice does not count while that run writes, nor if its answer is whole. */
  unlessRunId?: string;
}

export const chooseAnswer = (
  choices: Choices,
  { id: answerId, parentId }: AssistantMessage,
  unlessRunId?: string,
): Choices =>
  parentId === null
    ? choices
    : { ...choices, [parentId]: { answerId, ...(unlessRunId !== undefined && { unlessRunId }) } };

/** What is shown of siblings: the chosen one, or one that is being written and has words. */
export const pickBy =
  (choices: Choices) =>
  (siblings: readonly Message[]): Message | undefined => {
    const { answerId, unlessRunId } = choices[siblings[0]?.parentId ?? ""] ?? {};
    const isReplaced = siblings.some(
      (each) => each.runId === unlessRunId && (isWritten(each) || isWhole(each)),
    );
    const chosen = isReplaced ? undefined : siblings.find(({ id }) => id === answerId);
    return chosen ?? siblings.find(isWritten);
  };

const isWritten = (message: Message): boolean =>
  message.role === "assistant" && !message.ending && message.parts.length > 0;

/** What a turn tells of the other answers to its question. */
export interface AnswerVersions {
  /** The ids of all answers in the order in which they were begun, where there are several. */
  versions?: readonly string[];
  /** Stays shown beneath the live answer that is to take its place. */
  earlier?: AssistantMessage;
  /** The newest answer is not whole, and so has not taken the place of the one that is shown. */
  failed?: AssistantMessage;
}

/** `siblings`: all answers to a question, `shown` among them. */
export function otherAnswers(
  siblings: readonly Message[],
  shown: AssistantMessage,
  { choices, run }: { choices: Choices; run: RunState | undefined },
): AnswerVersions {
  const answers = siblings
    .filter((each) => each.role === "assistant")
    .filter((each) => each === shown || !isVoid(each))
    .sort((one, other) => one.createdAt - other.createdAt);
  const newest = answers.at(-1);
  if (answers.length < 2 || !newest) return {};
  const others = answers.filter((each) => each !== shown);
  const isReplacing = !shown.ending && shown.runId === run?.runId && run.parentRunId === undefined;
  const kept = choices[shown.parentId ?? ""]?.answerId;
  const earlier = others.find(({ id }) => id === kept) ?? others.findLast(isWhole) ?? others.find(hasAnswer);
  const hasFailed = newest !== shown && newest.ending !== undefined && !isWhole(newest);
  return {
    versions: answers.map(({ id }) => id),
    ...(isReplacing && earlier && { earlier }),
    ...(hasFailed && { failed: newest }),
  };
}

/** It was stopped before its first word, or has none yet: there is nothing to see of it. */
const isVoid = ({ parts, ending }: AssistantMessage): boolean =>
  parts.length === 0 && (!ending || ending.type === "abort");
