import type { Problem } from "../problem.ts";

/**
 * What is to become of a message that is written while an answer is: it goes into the run that writes, is
 * asked once that has ended, or is asked at once in its place.
 */
export type SendWay = "into" | "after" | "stop";

/** What a person wrote in this page while an answer was written, until its fate can be seen elsewhere. */
export type SteeringMessage = MessageIntoRun | MessageAfterRun;

interface WrittenMessage {
  /** Of the message, and of the run that answers it where it becomes a question: sent twice, it is one. */
  id: string;
  text: string;
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
  /** How often it was sent without an answer. */
  attempts: number;
  /** Of one that was not sent. */
  problem?: Problem;
}

interface MessageAfterRun extends WrittenMessage {
  way: "after";
}

/**
 * The messages of one page and conversation, in the order in which they were written.
 *
 * 1. One is posted at a time, so that they arrive in their order: `posting`.
 * 2. None is asked while the fate of an earlier one that went into a run is open: that may be the next
 *    question itself.
 * 3. A message leaves when the page shows it elsewhere: in the answer, as a question, or as one on its way.
 */
export interface SteeringState {
  messages: readonly SteeringMessage[];
  /** The message whose answer, or next attempt, is waited for. */
  posting: string | undefined;
  /** The run that is being written, as far as the page knows. */
  liveRunId: string | undefined;
  /** Nothing is written or pending: a question may be asked. */
  mayAsk: boolean;
}

export const noSteering: SteeringState = {
  messages: [],
  posting: undefined,
  liveRunId: undefined,
  mayAsk: false,
};

/** The fate of some message that was sent into a run is not known yet. */
export const hasUnsettled = ({ messages }: Pick<SteeringState, "messages">): boolean =>
  messages.some((each) => each.way === "into" && each.state !== "not-sent");
