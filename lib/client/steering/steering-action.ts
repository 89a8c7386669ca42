import type { UnreadMessage } from "../../protocol/conversation-view.ts";
import type { Problem } from "../problem.ts";
import type { SteeringMessage } from "./steering-state.ts";

/**
 * What the server says of a message (docs/protocol.md 3.10). `recorded`: the run takes it at its next step.
 * `settled`: the run has ended, and the message is in its log or the next question. `over`: the run had ended
 * before it came.
 */
export type MessageFate = "recorded" | "settled" | "over";

/** Everything that can happen to the messages. */
export type SteeringAction =
  /** `runId`: the run to send it into; absent: it is asked after, `isFirst` before all that wait. */
  | { type: "written"; id: string; text: string; runId?: string; isFirst?: true }
  | { type: "conversation-changed"; conversation: SeenConversation }
  /** What a run has been told and has not taken, by whichever page: as a snapshot of it says. */
  | { type: "unread-read"; runId: string; unread: readonly UnreadMessage[] }
  | { type: "answered"; id: string; fate: MessageFate }
  | { type: "failed"; id: string; problem: Problem }
  | { type: "wait-ended"; id: string }
  | { type: "resent"; id: string }
  /** It is asked first of all. */
  | { type: "hurried"; id: string }
  | { type: "discarded"; id: string }
  /** There is no conversation any more. */
  | { type: "left" };

/** What the messages have to know of their conversation. */
export interface SeenConversation {
  liveRunId: string | undefined;
  mayAsk: boolean;
  /**
   * What is shown elsewhere: messages that stand in an answer, runs whose question is there, and runs of
   * which a message became a question.
   */
  seen: ReadonlySet<string>;
}

export type SteeringEffect =
  | { type: "post-message"; runId: string; id: string; text: string }
  | { type: "wait"; id: string; ms: number }
  /** The message is the next question, under its id as the run's. */
  | { type: "ask"; id: string; text: string }
  | { type: "stop" }
  /** The server has begun a run that the page does not know of. */
  | { type: "refresh" }
  /** What is to survive a reload. */
  | { type: "keep"; messages: readonly SteeringMessage[] };
