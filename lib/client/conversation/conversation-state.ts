import type { ConversationView } from "../../protocol/conversation-view.ts";
import type { Durability } from "../../protocol/durability.ts";
import type { Message } from "../../protocol/message.ts";
import { emptyRun, type RunState } from "../../protocol/run-state.ts";
import type { ConnectionState } from "../read-connection.ts";
import type { PendingMessage, QueuedMessage } from "./pending-message.ts";

/**
 * All that is known here of one conversation: a plain value, which `conversationTransition` alone replaces.
 *
 * 1. A pending message that is `sending` is followed: its POST is the stream of its run.
 * 2. A run is followed only while the conversation is open, apart from 1.
 * 3. `resyncing` has a run: the one whose log could not be read on.
 * 4. `queued` implies a pending message or a run that it waits for.
 */
export interface ConversationState {
  id: string;
  title: string;
  phase: ConversationPhase;
  isOpen: boolean;
  isVisible: boolean;
  /** The saved messages, in the order of the store. */
  messages: readonly Message[];
  /** The run whose answer is being written, folded as far as it was read. */
  run: RunState | undefined;
  pending: PendingMessage | undefined;
  queued: QueuedMessage | undefined;
  following: Following;
  /** How long the connection was away, ms; set once it came back. */
  reconnectedAfterMs: number | undefined;
  stop: PendingStop | undefined;
  /** Runs of which the store has less than was shown here. */
  truncatedRuns: ReadonlySet<string>;
}

/** `loading` until the first snapshot; `missing` when it is not there for this person. */
export type ConversationPhase = "loading" | "ready" | "missing" | "no-session";

/** How the log of the live run is being read. */
export type Following =
  | { type: "idle" }
  | FollowedRun
  /** The log cannot be read on: the next snapshot tells. `shownText`: what was shown of the answer. */
  | { type: "resyncing"; shownText: string };

export interface FollowedRun {
  type: "following";
  runId: string;
  connection: ConnectionState;
  /** When the connection was lost, monotonic ms; it is not back yet. */
  lostAt: number | undefined;
  durability: Durability;
}

/** A stop that was asked for, until its run has ended. */
interface PendingStop {
  runId: string;
  /** How often the server was asked in vain. */
  attempts: number;
}

/** A conversation as the server rendered it; null: a new one; undefined: one that is to be loaded. */
export const initialConversation = (
  id: string,
  view: ConversationView | null | undefined,
): ConversationState => ({
  id,
  title: view?.conversation.title ?? "",
  phase: view === undefined ? "loading" : "ready",
  isOpen: false,
  isVisible: true,
  messages: view?.messages ?? [],
  run: view?.activeRun?.state,
  pending: undefined,
  queued: undefined,
  following: { type: "idle" },
  reconnectedAfterMs: undefined,
  stop: undefined,
  truncatedRuns: new Set(),
});

/** A run is queued, writing or stopping, as far as this page may know. */
export function hasLiveRun({ phase, run, pending }: ConversationState): boolean {
  // Whoever was logged out elsewhere can neither watch nor stop what is being written.
  if (phase === "no-session") return false;
  return (run !== undefined && !run.ending) || (pending !== undefined && pending.state !== "not-sent");
}

/** The live run that can be followed; one that the server has just acknowledged has no events yet. */
export function followableRun({ run, pending }: ConversationState): RunState | undefined {
  if (run && !run.ending) return run;
  return pending?.state === "accepted" ? emptyRun(pending.runId) : undefined;
}
