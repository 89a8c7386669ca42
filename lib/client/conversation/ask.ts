import { chooseMessage, unlessReplaced, withoutChoice } from "../../protocol/choices.ts";
import { defaultAgent } from "../../protocol/default-agent.ts";
import type { AssistantMessage } from "../../protocol/message.ts";
import { hasAnswer } from "../../protocol/shown-path.ts";
import type { RunBody } from "../requests.ts";
import { forgetChosenModel, nextModel } from "./choose-model.ts";
import type { ActionOf } from "./conversation-action.ts";
import { andThen, type ConversationStep, step } from "./conversation-effect.ts";
import { type ConversationState, hasLiveRun } from "./conversation-state.ts";
import { pause, startFollowing } from "./follow.ts";
import { nextAgent } from "./next-agent.ts";
import type { Intent, PendingMessage, QueuedMessage } from "./pending-message.ts";
import { lastShown, turnsOf } from "./turns.ts";

/**
 * Asks a question. After Stop it is queued until the run has ended, and one that begins a branch during any
 * run; else it is ignored then.
 */
export function sendMessage(
  state: ConversationState,
  { runId, text, at, under }: ActionOf<"sent">,
): ConversationStep {
  const intent: Intent = { type: "message", text, ...(under !== undefined && { under }) };
  const message = newMessage(runId, at, intent);
  if (!hasLiveRun(state)) return post({ ...state, replaced: undefined }, message);
  const mayWait = !state.queued && (state.stop || under !== undefined);
  return step(mayWait ? { ...state, queued: message } : state);
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

/** As the server does when it creates the run (lib/storage/core/branch-rules.ts, B4). */
function replace(state: ConversationState, answer: AssistantMessage, byRunId: string): ConversationStep {
  const chosen = chooseMessage(state.choices, state.messages, answer.id) ?? state.choices;
  const choices = unlessReplaced(chosen, answer.parentId ?? "", byRunId);
  // Of the answer before.
  return step({ ...state, choices, replaced: answer }, { type: "clear-timer", timer: "undo" });
}

const forgetChoice = (state: ConversationState, { parentId }: AssistantMessage): ConversationStep =>
  step({ ...state, replaced: undefined, choices: withoutChoice(state.choices, parentId ?? "") });

const newMessage = (runId: string, at: number, intent: Intent): QueuedMessage => ({
  runId,
  at,
  intent,
  body: undefined,
  state: "sending",
});

/** Where others were before, that is the person's to say; while they are answered it waits. */
export function resend(state: ConversationState, { where }: ActionOf<"resent">): ConversationStep {
  const { pending } = state;
  if (pending?.state !== "not-sent") return step(state);
  const { problem: _, meant, ...message } = pending;
  const asked: QueuedMessage = {
    ...message,
    intent: intentAt(message.intent, where, meant),
    state: "sending",
  };
  if (!where || !hasLiveRun({ ...state, pending: undefined })) return post(state, asked);
  return step(state.queued ? state : { ...state, pending: undefined, queued: asked });
}

function intentAt(
  intent: Intent,
  where: ActionOf<"resent">["where"],
  meant: string | null | undefined,
): Intent {
  if (intent.type !== "message" || !where) return intent;
  const { text } = intent;
  const isBranch = where === "branch" && meant !== undefined;
  return { type: "message", text, ...(isBranch && { under: meant }) };
}

export function discard(state: ConversationState): ConversationStep {
  if (state.pending?.state === "not-sent") return postQueued({ ...state, pending: undefined });
  return step(state.queued ? { ...state, queued: undefined } : state);
}

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
    case "message": {
      const last = lastShown(state)?.id ?? null;
      const { text, under = last } = intent;
      const seen = under !== last && { seen: last };
      return { runId, message: { text }, parentMessageId: under, ...seen, ...of };
    }
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
