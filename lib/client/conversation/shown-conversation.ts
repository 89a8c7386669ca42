import type { Durability } from "../../protocol/durability.ts";
import type { ConnectionState } from "../read-connection.ts";
import { type ConversationPhase, type ConversationState, hasLiveRun } from "./conversation-state.ts";
import { keepTurns, type Turn, turnsOf } from "./turns.ts";

/** Everything the page shows of one conversation. A new value whenever any of it changes. */
export interface ShownConversation {
  id: string;
  title: string;
  turns: readonly Turn[];
  /** A run is queued, writing or stopping: Send is Stop. */
  busy: boolean;
  stopping: boolean;
  connection: ConnectionState;
  /** How long the connection was lost, ms; set once it is live again. */
  reconnectedAfterMs?: number;
  durability: Durability;
  phase: ConversationPhase;
}

/** Turns that equal those in `before` are the same objects. */
export function showConversation(state: ConversationState, before: readonly Turn[]): ShownConversation {
  const { id, title, phase, following, reconnectedAfterMs } = state;
  const busy = hasLiveRun(state);
  const isFollowed = following.type === "following";
  return {
    id,
    title,
    turns: keepTurns(before, turnsOf(state)),
    busy,
    stopping: busy && state.stop !== undefined,
    connection: isFollowed ? following.connection : { type: "idle" },
    ...(reconnectedAfterMs !== undefined && { reconnectedAfterMs }),
    durability: isFollowed ? following.durability : "ok",
    phase,
  };
}
