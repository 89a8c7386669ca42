import { type Choices, chooseMessage, type LiveAnswer } from "../../protocol/choices.ts";
import type { AssistantMessage, Message } from "../../protocol/message.ts";
import type { RunState } from "../../protocol/run-state.ts";
import type { ActionOf } from "./conversation-action.ts";
import { andThen, type ConversationStep, step } from "./conversation-effect.ts";
import type { ConversationState } from "./conversation-state.ts";
import { beginStop } from "./stop.ts";

/** How long to wait before the server is told once more what was chosen. */
const chooseAgainMs = 2000;

/** Another version is to be shown, or what the server says of that. */
export function changeVersion(
  state: ConversationState,
  action: ActionOf<"version-chosen" | "choice-answered" | "undone">,
): ConversationStep {
  switch (action.type) {
    case "version-chosen":
      return showVersion(state, action.messageId);
    case "choice-answered":
      return answerChoice(state, action);
    case "undone":
      return undoAgain(state);
    default:
      return action satisfies never;
  }
}

/**
 * Shows a version of a question or an answer, which the next question is asked behind, and tells the server:
 * every page shows it from then on.
 */
export function showVersion(state: ConversationState, messageId: string): ConversationStep {
  const choices = chooseMessage(state.choices, state.messages, messageId, liveAnswer(state.run));
  // The live answer is shown by itself, unless an earlier one was chosen while it is written.
  if (!choices || choices === state.choices) return step(state);
  const { pending } = state;
  // It is asked under what is shown when it is sent again. Should the server have it, that is a conflict.
  const unsent = pending?.state === "not-sent" && { pending: { ...pending, body: undefined } };
  const [posted, ...later] = state.choosing;
  const others = later.filter((each) => each !== messageId);
  const choosing = posted === undefined ? [messageId] : [posted, ...others, messageId];
  const chosen: ConversationState = { ...state, choices, choosing, ...unsent };
  const keep = { type: "keep-choosing", choosing } as const;
  // One after another, so that they arrive in their order.
  return posted === undefined ? step(chosen, keep, { type: "post-choice", messageId }) : step(chosen, keep);
}

/** What the server has said of a choice: it is known there, or never will be; else it is told once more. */
function answerChoice(
  state: ConversationState,
  { messageId, isSettled }: ActionOf<"choice-answered">,
): ConversationStep {
  if (state.choosing[0] !== messageId) return step(state);
  // A conversation that is closed tells it when it is opened again.
  if (!isSettled && !state.isOpen) return step(state);
  if (!isSettled)
    return step(state, { type: "set-timer", timer: "choose", ms: chooseAgainMs, endsEarly: true });
  const choosing = state.choosing.slice(1);
  // A snapshot that was asked for before does not have it.
  const told = { ...state, choosing, settledRuns: state.settledRuns + 1 };
  return andThen(step(told, { type: "keep-choosing", choosing }), postChoice);
}

/** Tells the server what was chosen first of what it does not know. */
export function postChoice(state: ConversationState): ConversationStep {
  const [messageId] = state.choosing;
  return messageId === undefined ? step(state) : step(state, { type: "post-choice", messageId });
}

/** The choices that the server knows, and those of this page that it does not. */
export const withChoosing = (
  choices: Choices,
  choosing: readonly string[],
  messages: readonly Message[],
  run: RunState | undefined,
): Choices =>
  choosing.reduce((known, id) => chooseMessage(known, messages, id, liveAnswer(run)) ?? known, choices);

const liveAnswer = (run: RunState | undefined): LiveAnswer | undefined =>
  run && !run.ending && run.messageId !== "" ? run : undefined;

/** Takes an Again back: what was replaced is shown, and what replaces it is stopped. */
function undoAgain(state: ConversationState): ConversationStep {
  const { replaced } = state;
  if (!replaced) return step(state);
  const shown = showVersion({ ...state, replaced: undefined }, replaced.id);
  return isReplacing(state, replaced) ? andThen(shown, beginStop) : shown;
}

/** Not so a question that was asked elsewhere in the meantime: its answer goes on. */
const isReplacing = ({ run, pending }: ConversationState, { parentId }: AssistantMessage): boolean =>
  pending?.intent.type === "retry" || run?.userMessageId === parentId;
