import type { QueuedQuestionView, QueueView } from "../../protocol/question-queue.ts";
import type { Problem } from "../problem.ts";

/**
 * What is to become of a message that is written while an answer is: it goes into the run that writes, waits
 * to be asked once that has ended, or is asked at once in its place.
 */
export type SendWay = "into" | "after" | "stop";

/** What a person wrote in this page while an answer was written, until the server shows it elsewhere. */
export type SteeringMessage = MessageIntoRun | MessageAfterRun;

interface WrittenMessage {
  /** Of the message, and of the run that answers it where it becomes a question: sent twice, it is one. */
  id: string;
  text: string;
  /** How often it was sent without an answer. */
  attempts: number;
  /** Of one that was not sent. */
  problem?: Problem;
}

export interface MessageIntoRun extends WrittenMessage {
  way: "into";
  /** The run that it is sent into. */
  runId: string;
  /**
   * `recorded`: the server has it, and the run takes it at its next step. `settled`: the run has ended, and
   * has taken it or not; then it is the next question.
   */
  state: "sending" | "recorded" | "settled" | "not-sent";
}

/** On its way into the queue of the server. */
export interface MessageAfterRun extends WrittenMessage {
  way: "after";
  state: "sending" | "not-sent";
  /** It is asked in the place of the live answer, before all that wait. */
  isNext?: true;
  /** The run of that answer, null: it had none. Another that is live by then is not stopped. */
  instead?: string | null;
  /** It was sent, and no answer came: the server may have it. */
  mayBeThere?: true;
}

/**
 * The messages of one page and conversation, in the order in which they were written, and the queue of the
 * server (docs/protocol.md 3.16).
 *
 * 1. One is posted at a time, so that they arrive in their order: `posting`.
 * 2. What is to be asked is posted once the server has the question before it.
 * 3. A message leaves when the page shows it elsewhere: in the answer, as a question, or in the queue.
 * 4. The queue is what the server said of its newest version, whichever request brought it.
 */
export interface SteeringState {
  messages: readonly SteeringMessage[];
  /** The message whose answer, or next attempt, is waited for. */
  posting: string | undefined;
  /** The run that is being written, as far as the page knows. */
  liveRunId: string | undefined;
  /** The server has everything that was asked. */
  isKnown: boolean;
  queue: QueueView | undefined;
  /** What has left the queue to be asked, and whose run the page does not show yet. */
  starting: QueuedQuestionView | undefined;
  /** Why the last change of the queue was not made, and of which question; "": of all. */
  unchanged: { id: string; problem: Problem } | undefined;
}

export const noSteering: SteeringState = {
  messages: [],
  posting: undefined,
  liveRunId: undefined,
  isKnown: false,
  queue: undefined,
  starting: undefined,
  unchanged: undefined,
};

/** Whether the server may have it, or get it yet. */
export const mayWaitThere = ({ posting }: SteeringState, message: SteeringMessage): boolean =>
  message.way === "after" && (message.mayBeThere === true || posting === message.id);

/** Questions wait, and are asked without a word of a person. */
export const asksByItself = ({ queue }: Pick<SteeringState, "queue">): boolean =>
  queue !== undefined && queue.questions.length > 0 && queue.pausedBy === undefined;
