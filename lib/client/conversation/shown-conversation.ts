import type { ViewRest } from "../../protocol/conversation-view.ts";
import type { Durability } from "../../protocol/durability.ts";
import type { Message } from "../../protocol/message.ts";
import type { QueueView } from "../../protocol/question-queue.ts";
import type { ConnectionState } from "../read-connection.ts";
import type { Reconnection } from "../reconnection.ts";
import { nextModel } from "./choose-model.ts";
import {
  type ConversationPhase,
  type ConversationState,
  type Following,
  hasLiveRun,
} from "./conversation-state.ts";
import { nextAgent } from "./next-agent.ts";
import { keepTurns, type Turn, turnsOf, withRunMessages } from "./turns.ts";

/** Everything the page shows of one conversation. A new value whenever any of it changes. */
export interface ShownConversation {
  id: string;
  title: string;
  turns: readonly Turn[];
  /** A run is queued, writing or stopping: Send is Stop. */
  busy: boolean;
  stopping: boolean;
  /** `held-back`: short requests are answered, and the text comes by them, for the stream brings none. */
  connection: ConnectionState | { type: "held-back" };
  /** How long the connection was lost, ms; set once it is live again. */
  reconnectedAfterMs?: number;
  /** Each time that it was lost, for as long as the page lives. */
  reconnections: readonly Reconnection[];
  durability: Durability;
  phase: ConversationPhase;
  /** The model that is asked next; absent: the server chooses. */
  model?: string;
  /** Who is asked next. */
  agent: string;
  /** What is still on its way. */
  rest?: ViewRest;
  /** What waits to be asked, by the newest snapshot. */
  queue?: QueueView;
  /** All of them, those that are not shown too; absent while an answer is written or on its way. */
  messages?: readonly Message[];
}

const shownConnection = (following: Following): ShownConversation["connection"] => {
  if (following.type !== "following") return { type: "idle" };
  const { connection, check } = following;
  if (check.heldBackAt !== undefined) return { type: "held-back" };
  // Without a stream, the snapshots are the connection.
  const isLost = connection.type === "crowded" && !check.isAnswered;
  return isLost ? { type: "waiting", attempt: 1, inMs: check.waitMs } : connection;
};

/** Turns that equal those in `before` are the same objects. */
export function showConversation(state: ConversationState, before: readonly Turn[]): ShownConversation {
  const { id, title, phase, rest, queue, following, reconnectedAfterMs, reconnections } = state;
  const busy = hasLiveRun(state);
  const isFollowed = following.type === "following";
  const turns = keepTurns(before, turnsOf(state));
  const model = nextModel(state, turns.at(-1));
  return {
    id,
    title,
    turns,
    busy,
    stopping: busy && state.stop !== undefined,
    connection: shownConnection(following),
    ...(reconnectedAfterMs !== undefined && { reconnectedAfterMs }),
    reconnections,
    durability: isFollowed ? following.durability : "ok",
    phase,
    ...(model !== undefined && { model }),
    agent: nextAgent(state, turns.at(-1)),
    ...(rest !== undefined && { rest }),
    ...(queue && { queue }),
    ...(!busy && rest === undefined && { messages: allMessages(state) }),
  };
}

const allMessages = ({ messages, run, pending }: ConversationState): readonly Message[] =>
  withRunMessages(messages, run, pending);
