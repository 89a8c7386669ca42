import { defaultAgent } from "../../protocol/default-agent.ts";
import type { AssistantMessage } from "../../protocol/message.ts";
import { hasAnswer } from "../../protocol/shown-path.ts";
import type { RunBody } from "../requests.ts";
import { chooseAnswer } from "./choices.ts";
import { forgetChosenModel, nextModel } from "./choose-model.ts";
import type { ActionOf } from "./conversation-action.ts";
import { andThen, type ConversationStep, step } from "./conversation-effect.ts";
import { type ConversationState, hasLiveRun } from "./conversation-state.ts";
import { pause, startFollowing } from "./follow.ts";
import { nextAgent } from "./next-agent.ts";
import type { Intent, PendingMessage, QueuedMessage } from "./pending-message.ts";
import { lastShown, turnsOf } from "./turns.ts";

/** Asks a question. After Stop it is queued until the run has ended; during any other run it is ignored. */
export function sendMessage(
  state: ConversationState,
  { runId, text, at }: ActionOf<"sent">,
): ConversationStep {
  const message = newMessage(runId, at, { type: "message", text });
  if (!hasLiveRun(state)) return post({ ...state, replaced: undefined }, message);
  return step(state.stop && !state.queued ? { ...state, queued: message } : state);
}

/**
 * Retries or continues the last answer. One with words stays chosen until the retry writes, and again if
 * that is not whole in the end; one without is chosen no longer.
 */
export function askAgain(
  state: ConversationState,
  { runId, at, how, call }: ActionOf<"asked-again">,
): ConversationStep {
  const answer = turnsOf(state).at(-1)?.answer;
  if (hasLiveRun(state) || !answer) return step(state);
  const asked = { type: how, runId: answer.runId };
  const message = newMessage(runId, at, call === undefined ? asked : { ...asked, type: "continue", call });
  if (how === "continue") return post({ ...state, replaced: undefined }, message);
  return andThen(hasAnswer(answer) ? replace(state, answer, runId) : forgetChoice(state, answer), (next) =>
    post(next, message),
  );
}

function replace(state: ConversationState, answer: AssistantMessage, byRunId: string): ConversationStep {
  const choices = chooseAnswer(state.choices, answer, byRunId);
  return step(
    { ...state, choices, replaced: answer },
    { type: "keep-choices", choices },
    // Of the answer before.
    { type: "clear-timer", timer: "undo" },
  );
}

function forgetChoice(state: ConversationState, { parentId }: AssistantMessage): ConversationStep {
  const { [parentId ?? ""]: chosen, ...choices } = state.choices;
  const left: ConversationState = { ...state, replaced: undefined };
  return chosen ? step({ ...left, choices }, { type: "keep-choices", choices }) : step(left);
}

const newMessage = (runId: string, at: number, intent: Intent): QueuedMessage => ({
  runId,
  at,
  intent,
  body: undefined,
  state: "sending",
});

export function resend(state: ConversationState): ConversationStep {
  const { pending } = state;
  if (pending?.state !== "not-sent") return step(state);
  const { problem: _, ...message } = pending;
  return post(state, { ...message, state: "sending" });
}

export const discard = (state: ConversationState): ConversationStep =>
  state.pending?.state === "not-sent" ? postQueued({ ...state, pending: undefined }) : step(state);

/** Posts the queued message, once nothing is pending or live. */
export function postQueued(state: ConversationState): ConversationStep {
  const { queued } = state;
  if (!queued || state.pending || hasLiveRun(state)) return step(state);
  return post({ ...state, queued: undefined, replaced: undefined }, queued);
}

function post(state: ConversationState, message: PendingMessage): ConversationStep {
  const body = message.body ?? bodyOf(state, message);
  const pending: PendingMessage = { ...message, body, state: "sending" };
  return step(startFollowing({ ...state, pending }, message.runId), { type: "post-run", body });
}

function bodyOf(state: ConversationState, { runId, intent }: PendingMessage): RunBody {
  const isolated = { ...state, pending: undefined };
  const newest = turnsOf(state).findLast(({ answer }) => answer);
  const asked = nextModel(isolated, newest);
  // Another one cannot go on with an answer.
  const agent = intent.type === "continue" ? newest?.answer?.agent : nextAgent(isolated, newest);
  const of = {
    ...(asked !== undefined && { model: asked }),
    ...(agent && agent !== defaultAgent && { agent }),
  };
  switch (intent.type) {
    case "message":
      return {
        runId,
        message: { text: intent.text },
        parentMessageId: lastShown(state)?.id ?? null,
        ...of,
      };
    case "retry":
      return { runId, retry: intent.runId, ...of };
    case "continue":
      return {
        runId,
        continue: intent.runId,
        ...(intent.call !== undefined && { call: intent.call }),
        ...of,
      };
    default:
      return intent satisfies never;
  }
}

/** The server has the message. In a closed conversation the stream was only kept open for that. */
export function acknowledge(state: ConversationState, runId: string): ConversationStep {
  const { pending } = state;
  if (pending?.runId !== runId || pending.state === "accepted") return step(state);
  const { at, intent, body } = pending;
  const accepted: ConversationState = { ...state, pending: { runId, at, intent, body, state: "accepted" } };
  const known = andThen(forgetChosenModel(accepted, body?.model), (next) =>
    step(next, { type: "notify-acknowledged", runId }),
  );
  return andThen(known, (next) => (next.isOpen ? step(next) : pause(next)));
}
