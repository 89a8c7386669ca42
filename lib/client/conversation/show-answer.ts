import type { AssistantMessage } from "../../protocol/message.ts";
import { chooseAnswer } from "./choices.ts";
import { andThen, type ConversationStep, step } from "./conversation-effect.ts";
import type { ConversationState } from "./conversation-state.ts";
import { beginStop } from "./stop.ts";

/** Shows an answer, and asks the next question under it. */
export function showAnswer(state: ConversationState, answerId: string): ConversationStep {
  const { messages, run, choices } = state;
  // The live answer is shown by itself, unless an earlier one was chosen while it is written.
  if (run && !run.ending && run.messageId === answerId) {
    const chosen = choices[run.userMessageId];
    if (!chosen) return step(state);
    return keep(state, { ...choices, [run.userMessageId]: { ...chosen, unlessRunId: run.runId } });
  }
  const answer = messages.find(({ id }) => id === answerId);
  return answer?.role === "assistant" ? keep(state, chooseAnswer(choices, answer)) : step(state);
}

/** Takes an Again back: what was replaced is shown, and what replaces it is stopped. */
export function undoAgain(state: ConversationState): ConversationStep {
  const { replaced } = state;
  if (!replaced) return step(state);
  const shown = keep({ ...state, replaced: undefined }, chooseAnswer(state.choices, replaced));
  return isReplacing(state, replaced) ? andThen(shown, beginStop) : shown;
}

/** Not so a question that was asked elsewhere in the meantime: its answer goes on. */
const isReplacing = ({ run, pending }: ConversationState, { parentId }: AssistantMessage): boolean =>
  pending?.intent.type === "retry" || run?.userMessageId === parentId;

function keep(state: ConversationState, choices: ConversationState["choices"]): ConversationStep {
  const { pending } = state;
  // It is asked under what is shown when it is sent again. Should the server have it, that is a conflict.
  const unsent = pending?.state === "not-sent" && { pending: { ...pending, body: undefined } };
  return step({ ...state, choices, ...unsent }, { type: "keep-choices", choices });
}
