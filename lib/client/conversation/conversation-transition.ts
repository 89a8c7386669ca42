import type { Durability } from "../../protocol/durability.ts";
import { acknowledge, askAgain, discard, resend, sendMessage } from "./ask.ts";
import { chooseModel } from "./choose-model.ts";
import type { ConversationAction } from "./conversation-action.ts";
import { type ConversationStep, getSnapshot, step } from "./conversation-effect.ts";
import type { ConversationState } from "./conversation-state.ts";
import { changeConnection, isFollowing, reconnect } from "./follow.ts";
import { noteRewrite } from "./note-rewrite.ts";
import { changePresence, closeConversation, fireTimer, openConversation } from "./page.ts";
import { endRefused, settle } from "./settle.ts";
import { changeVersion } from "./show-version.ts";
import { applySnapshot, missSnapshot, resync } from "./snapshot.ts";
import { answerStop, beginStop } from "./stop.ts";
import { applyEvents } from "./stream-check.ts";

/**
 * The next state after an action, and the effects to run. Pure: time, ids and responses are part of the
 * actions. An action that means nothing in a state leaves it the same object.
 */
export function conversationTransition(
  state: ConversationState,
  action: ConversationAction,
): ConversationStep {
  // A run that is not followed any more.
  if ("run" in action && !isFollowing(state, action.run.runId)) return step(state);
  switch (action.type) {
    case "opened":
      return openConversation(state, action);
    case "closed":
      return closeConversation(state);
    case "sent":
      return sendMessage(state, action);
    case "asked-again":
      return askAgain(state, action);
    case "version-chosen":
    case "choice-answered":
    case "undone":
      return changeVersion(state, action);
    case "resent":
      return resend(state, action);
    case "model-chosen":
      return chooseModel(state, action);
    case "agent-chosen":
      return step({ ...state, agent: action.agent });
    case "discarded":
      return discard(state);
    case "stop-requested":
      return beginStop(state);
    case "stop-answered":
      return answerStop(state, action);
    case "reconnect-requested":
      return reconnect(state);
    case "refresh-requested":
      return step(state, getSnapshot(state));
    case "acknowledged":
      return acknowledge(state, action.runId);
    case "connection-changed":
      return changeConnection(state, action);
    case "durability-changed":
      return step(changeDurability(state, action.durability));
    case "events-applied":
      return applyEvents(noteRewrite(state, action.run), action);
    case "run-ended":
      return settle(noteRewrite(state, action.run), action.run);
    case "snapshot-needed":
      return resync(state, action.run);
    case "refused":
      return endRefused(state, action);
    case "snapshot-arrived":
      return applySnapshot(state, action);
    case "snapshot-failed":
      return missSnapshot(state, action.problem);
    case "presence-changed":
      return changePresence(state, action.presence);
    case "timer-fired":
      return fireTimer(state, action.timer);
    default:
      return action satisfies never;
  }
}

function changeDurability(state: ConversationState, durability: Durability): ConversationState {
  const { following } = state;
  if (following.type !== "following" || following.durability === durability) return state;
  return { ...state, following: { ...following, durability } };
}
