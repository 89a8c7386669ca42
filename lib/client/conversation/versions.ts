import type { Choices } from "../../protocol/choices.ts";
import type { AssistantMessage, Message } from "../../protocol/message.ts";
import type { RunState } from "../../protocol/run-state.ts";
import { hasAnswer, isWhole } from "../../protocol/shown-path.ts";

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
    .sort(byBeginning);
  const newest = answers.at(-1);
  if (answers.length < 2 || !newest) return {};
  const others = answers.filter((each) => each !== shown);
  const isReplacing = !shown.ending && shown.runId === run?.runId && run.parentRunId === undefined;
  const kept = choices[shown.parentId ?? ""]?.messageId;
  const earlier = others.find(({ id }) => id === kept) ?? others.findLast(isWhole) ?? others.find(hasAnswer);
  const hasFailed = newest !== shown && newest.ending !== undefined && !isWhole(newest);
  return {
    versions: answers.map(({ id }) => id),
    ...(isReplacing && earlier && { earlier }),
    ...(hasFailed && { failed: newest }),
  };
}

/** The ids of all versions of a question in the order in which they were asked, where there are several. */
export function questionVersions(siblings: readonly Message[] = []): { questions?: readonly string[] } {
  const questions = siblings.filter(({ role }) => role === "user").sort(byBeginning);
  return questions.length < 2 ? {} : { questions: questions.map(({ id }) => id) };
}

/** An answer that a question joins moves in the store. */
const byBeginning = (one: Message, other: Message): number => one.createdAt - other.createdAt;

/** It was stopped before its first word, or has none yet: there is nothing to see of it. */
const isVoid = ({ parts, ending }: AssistantMessage): boolean =>
  parts.length === 0 && (!ending || ending.type === "abort");
