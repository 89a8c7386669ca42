import { type Choices, choicesBehind, pickBy, withoutChoice } from "../../protocol/choices.ts";
import type { Message, UserMessage } from "../../protocol/message.ts";
import { endsBranch, hasAnswer, isAskedUnder, joinedMessage } from "../../protocol/shown-path.ts";
import type { NewRun, RunMeta } from "../run-store.ts";

/** What a conversation has been so far, and how it is read. */
export interface Branches {
  messages: readonly Message[];
  choices: Choices;
}

/** Where a run goes on, and how the conversation is read from then on. */
export interface JoinedBranch {
  /** The message that its question joins, or the answer that it continues; null: there is none. */
  joinedId: string | null;
  choices: Choices;
}

/** What a run that is retried or continued has written, and which question it answers. */
type EarlierRun = Pick<RunMeta, "messageId" | "userMessageId">;

/*
 * Where a new run joins its conversation. A store that is asked to create one keeps these rules; it may spare
 * itself the reading of all messages where nothing was chosen and the newest one is joined.
 *
 * B1. A question joins any answer, or begins the conversation anew, if whoever asks has seen how that goes on
 *     (`seen`, else the message that it joins): the newest seen message ends a branch. Else it is stale.
 * B2. An answer that something was asked under is neither written again nor continued; it is continued from
 *     the run that wrote it last.
 * B3. The conversation is read along the way to the run's question from then on, in the same step. Choices
 *     elsewhere stay.
 * B4. Where an answer was chosen and one is asked for again, that stays chosen until the new one is whole, if
 *     there is something to read in it.
 */

/** By B1 to B4. Undefined: stale. `earlier`: the run to retry or to continue. */
export function joinBranch(
  { messages, choices }: Branches,
  run: Pick<NewRun, "runId" | "ask">,
  earlier?: EarlierRun,
): JoinedBranch | undefined {
  const { runId, ask } = run;
  if (ask.kind === "message") {
    const joinedId = joinedMessage(messages, ask, pickBy(choices));
    if (joinedId === undefined) return undefined;
    const { id, text } = ask.message;
    const question: UserMessage = { id, parentId: joinedId, runId, role: "user", createdAt: 0, text };
    return { joinedId, choices: choicesBehind(choices, [...messages, question], id) };
  }
  if (!earlier) return undefined;
  const { messageId, userMessageId } = earlier;
  const answer = messages.find(({ id }) => id === messageId);
  if (ask.kind === "continue")
    return answer?.runId === ask.continueRunId && endsBranch(messages, messageId)
      ? { joinedId: messageId, choices: choicesBehind(choices, messages, messageId) }
      : undefined;
  if (isAskedUnder(messages, messageId)) return undefined;
  const behind = choicesBehind(choices, messages, userMessageId);
  const isHeld = answer && hasAnswer(answer) && behind[userMessageId];
  return {
    joinedId: null,
    choices: isHeld
      ? { ...behind, [userMessageId]: { messageId, unlessRunId: runId } }
      : withoutChoice(behind, userMessageId),
  };
}
