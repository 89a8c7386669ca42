import type { Choices } from "../../protocol/choices.ts";
import type { ConversationView, ViewRest } from "../../protocol/conversation-view.ts";
import type { Durability } from "../../protocol/durability.ts";
import type { AssistantMessage, Message } from "../../protocol/message.ts";
import type { QueueView } from "../../protocol/question-queue.ts";
import { emptyRun, type RunState } from "../../protocol/run-state.ts";
import type { ConnectionState } from "../read-connection.ts";
import type { Reconnection } from "../reconnection.ts";
import type { PendingMessage, QueuedMessage } from "./pending-message.ts";

/**
 * One conversation as this browser knows it: a plain value, which only `conversationTransition` replaces.
 *
 * 1. While a pending message is `sending`, its run is followed: the response to its POST is the run's stream.
 * 2. Apart from that, a run is followed only while the conversation is open.
 * 3. While `following` is `resyncing`, there is a run: the one whose log could not be read on.
 * 4. A queued message has a pending message or a run to wait for.
 */
export interface ConversationState {
  id: string;
  title: string;
  phase: ConversationPhase;
  isOpen: boolean;
  isVisible: boolean;
  /** The saved messages, in the order of the store. */
  messages: readonly Message[];
  /** What the page was rendered without: a snapshot has it. */
  rest: ViewRest | undefined;
  /** The live run, folded as far as it was read. */
  run: RunState | undefined;
  /** What waits to be asked, by the newest snapshot; undefined: nothing ever did. */
  queue: QueueView | undefined;
  pending: PendingMessage | undefined;
  queued: QueuedMessage | undefined;
  following: Following;
  /** How long the connection was lost, ms; set once it is live again. */
  reconnectedAfterMs: number | undefined;
  /** Each time that it was, for as long as the page lives. */
  reconnections: readonly Reconnection[];
  stop: PendingStop | undefined;
  /** Which versions are shown, by the server and by what was chosen here since. */
  choices: Choices;
  /** The messages that were chosen here and that the server does not know of, in their order. */
  choosing: readonly string[];
  /** The model that was chosen for what is asked next, until it was asked; undefined: none was. */
  model: string | undefined;
  /** That of conversations that have none of their own, in this browser. */
  preferredModel: string | undefined;
  /** The agent that was chosen in this page for what is asked next; undefined: none was. */
  agent: string | undefined;
  /** The answer whose place another one takes, as long as that can be undone. */
  replaced: AssistantMessage | undefined;
  /** Runs of which the store has less than was shown. */
  truncatedRuns: ReadonlySet<string>;
  /** Runs that have written anew what was shown of them. */
  rewrittenRuns: ReadonlySet<string>;
  /**
   * How many runs have ended here, and choices were told: a snapshot that was asked for before the last one
   * may lack it.
   */
  settledRuns: number;
}

/** `loading` until the first snapshot; `missing`: there is no such conversation for this person. */
export type ConversationPhase = "loading" | "ready" | "missing" | "no-session";

/** How the log of the live run is being read. */
export type Following =
  | { type: "idle" }
  | FollowedRun
  /** The log cannot be read on, and a snapshot was requested. `shownText`: what was shown of the answer. */
  | { type: "resyncing"; shownText: string };

export interface FollowedRun {
  type: "following";
  runId: string;
  connection: ConnectionState;
  /** When the connection was lost, monotonic ms; undefined while it is not. */
  lostAt: number | undefined;
  durability: Durability;
  /** Whether the stream keeps up with the log. */
  check: StreamCheck;
}

/** What is known of the stream of a followed run: stream-check.ts. */
export interface StreamCheck {
  /** The newest event that the stream has brought; 0: none yet. */
  streamedSeq: number;
  /** The same at the last look. */
  lookedSeq: number;
  /** The newest event that a snapshot had before the stream; 0: none. */
  polledSeq: number;
  /** `streamedSeq` when the stream was found to be held back; undefined: it is not. */
  heldBackAt: number | undefined;
  /** The newest short request had an answer. */
  isAnswered: boolean;
  /** Until the next look, ms. */
  waitMs: number;
}

/** A stop that was requested and whose run has not ended yet. */
interface PendingStop {
  runId: string;
  /** How often the server was asked without success. */
  attempts: number;
}

/** `view`: as the server rendered it; null: a new conversation; undefined: one that is still to be loaded. */
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
  rest: view?.rest,
  run: view?.activeRun?.state,
  queue: view?.queue,
  pending: undefined,
  queued: undefined,
  following: { type: "idle" },
  reconnectedAfterMs: undefined,
  reconnections: [],
  stop: undefined,
  choices: view?.choices ?? {},
  choosing: [],
  model: undefined,
  preferredModel: undefined,
  agent: undefined,
  replaced: undefined,
  truncatedRuns: new Set(),
  rewrittenRuns: new Set(),
  settledRuns: 0,
});

/** A run is starting, writing or stopping. */
export function hasLiveRun({ phase, run, pending }: ConversationState): boolean {
  // A browser that was logged out can neither follow nor stop it.
  if (phase === "no-session") return false;
  return (run !== undefined && !run.ending) || (pending !== undefined && pending.state !== "not-sent");
}

/** The live run to follow; one that was acknowledged a moment ago has no events yet. */
export function followableRun({ run, pending }: ConversationState): RunState | undefined {
  if (run && !run.ending) return run;
  return pending?.state === "accepted" ? emptyRun(pending.runId) : undefined;
}
