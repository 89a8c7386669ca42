import type { UnreadMessage } from "../../protocol/conversation-view.ts";
import type { QueueView } from "../../protocol/question-queue.ts";
import type { Problem } from "../problem.ts";
import type { SteeringMessage } from "./steering-state.ts";

/**
 * What the server says of a message (docs/protocol.md 3.10). `recorded`: the run takes it at its next step.
 * `settled`: the run has ended, and the message is in its log or the next question. `over`: the run had ended
 * before it came. `queued`: it waits, or its run is there (3.16).
 */
export type MessageFate = "recorded" | "settled" | "over" | "queued";

/** `GET` and `POST /api/conversations/:id/queue`. */
export interface QueueAnswer {
  queue: QueueView;
  activeRunId?: string;
  /** What has become of a question that was to be removed; absent: nobody knows it. */
  fate?: "asked" | "steered" | "removed";
}

/** Everything that can happen to the messages. */
export type SteeringAction =
  /**
   * `runId`: the run to send it into; absent: it waits to be asked, `isNext` before all others, and in place
   * of the run `instead`.
   */
  | { type: "written"; id: string; text: string; runId?: string; isNext?: true; instead?: string | null }
  | { type: "conversation-changed"; conversation: SeenConversation }
  /** What a run has been told and has not taken, by whichever page: as a snapshot of it says. */
  | { type: "unread-read"; runId: string; unread: readonly UnreadMessage[] }
  | { type: "queue-read"; answer: QueueAnswer }
  /** Something is to be done with a question of the queue; `problem`: it was not. */
  | { type: "change-begun" }
  | { type: "change-failed"; id: string; problem: Problem }
  | { type: "answered"; id: string; fate: MessageFate }
  | { type: "failed"; id: string; problem: Problem }
  | { type: "wait-ended"; id: string }
  | { type: "resent"; id: string }
  | { type: "discarded"; id: string }
  /** There is no conversation any more. */
  | { type: "left" };

/** What the messages have to know of their conversation. */
export interface SeenConversation {
  liveRunId: string | undefined;
  /** The server has everything that was asked. */
  isKnown: boolean;
  /** As the newest snapshot has it. */
  queue: QueueView | undefined;
  /**
   * What is shown elsewhere: messages that stand in an answer, runs whose question is there, and runs of
   * which a message became a question.
   */
  seen: ReadonlySet<string>;
}

export type SteeringEffect =
  | { type: "post-message"; runId: string; id: string; text: string }
  /** The message is to wait in the queue of the server, under its id as the run's. */
  | { type: "post-question"; id: string; text: string; isNext?: true; instead?: string | null }
  | { type: "wait"; id: string; ms: number }
  /** The server has begun a run that the page does not know of. */
  | { type: "refresh" }
  /** What is to survive a reload. */
  | { type: "keep"; messages: readonly SteeringMessage[] };
