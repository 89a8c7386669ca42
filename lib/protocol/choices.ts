import type { Message } from "./message.ts";
import { isWhole, pathTo, shownPath } from "./shown-path.ts";

/**
 * Which of several messages under one message a conversation is read with, by the id of that message ("" for
 * the first questions), where a person has chosen and the rules of shown-path.ts do not decide. A choice
 * holds until another is made there, or something is asked on another way.
 */
export type Choices = Readonly<Record<string, VersionChoice>>;

interface VersionChoice {
  messageId: string;
  /** Was to replace it: the choice does not count while that run writes, nor if its answer is whole. */
  unlessRunId?: string;
}

export const noChoices: Choices = {};

/** What is written, and is not among the saved messages, unless it continues one. */
export interface LiveAnswer {
  runId: string;
  messageId: string;
  userMessageId: string;
}

/** Of one conversation: the oldest are forgotten. */
const maxChoices = 200;

const choiceKey = ({ parentId }: Pick<Message, "parentId">): string => parentId ?? "";

/** For `shownPath`: the chosen one of siblings, or one that is being written and has words. */
export const pickBy =
  (choices: Choices) =>
  (siblings: readonly Message[]): Message | undefined => {
    const [first] = siblings;
    const { messageId, unlessRunId } = (first && choices[choiceKey(first)]) ?? {};
    const isReplaced = siblings.some(
      (each) => each.runId === unlessRunId && (isWritten(each) || isWhole(each)),
    );
    const chosen = isReplaced ? undefined : siblings.find(({ id }) => id === messageId);
    return chosen ?? siblings.find(isWritten);
  };

const isWritten = (message: Message): boolean =>
  message.role === "assistant" && !message.ending && message.parts.length > 0;

/**
 * The choices once a person has chosen the message: the conversation is read through it, whatever is being
 * written beside it. Undefined: there is no such message.
 */
export function chooseMessage(
  choices: Choices,
  messages: readonly Message[],
  id: string,
  live?: LiveAnswer,
): Choices | undefined {
  const isSaved = messages.some((each) => each.id === id);
  if (!isSaved && live?.messageId !== id) return undefined;
  const counts = Map.groupBy(messages, choiceKey);
  const isChoice = (each: Message) =>
    each.id === id || each.parentId === live?.userMessageId || (counts.get(choiceKey(each))?.length ?? 0) > 1;
  const path = pathTo(messages, isSaved ? id : (live?.userMessageId ?? ""));
  const next = path.filter(isChoice).reduce(withChoice, choices);
  // What is written is shown by itself, unless an earlier one was chosen meanwhile.
  return isSaved || !live ? next : unlessReplaced(next, live.userMessageId, live.runId);
}

/**
 * The choices once a run goes on behind the message: those on the way to it are made by that from now on, or
 * for it where the rules would read on elsewhere. The others stay.
 */
export function choicesBehind(choices: Choices, messages: readonly Message[], id: string): Choices {
  const path = pathTo(messages, id);
  const keys = new Set(path.map(choiceKey));
  let next: Choices = Object.fromEntries(Object.entries(choices).filter(([key]) => !keys.has(key)));
  for (;;) {
    const shown = shownPath(messages, pickBy(next));
    const missed = path.find((each, at) => shown[at]?.id !== each.id);
    if (!missed || next[choiceKey(missed)]) return next;
    next = withChoice(next, missed);
  }
}

/** What is chosen under the message gives way to the answer of that run, once there is something of it. */
export function unlessReplaced(choices: Choices, id: string, unlessRunId: string): Choices {
  const { [id]: chosen } = choices;
  return chosen ? { ...choices, [id]: { ...chosen, unlessRunId } } : choices;
}

export function withoutChoice(choices: Choices, id: string): Choices {
  const { [id]: chosen, ...others } = choices;
  return chosen ? others : choices;
}

function withChoice(choices: Choices, message: Message): Choices {
  const key = choiceKey(message);
  const others = Object.entries(choices).filter(([each]) => each !== key);
  return Object.fromEntries([...others.slice(1 - maxChoices), [key, { messageId: message.id }]]);
}
