import type { Problem } from "../problem.ts";
import type { RunBody } from "../requests.ts";

/** What a person asked for here and is not in the server's history yet. */
export type PendingMessage = PendingRequest &
  (
    | { state: "sending" }
    /** The server has it: the log tells how it goes on. */
    | { state: "accepted" }
    | { state: "not-sent"; problem: Problem }
  );

interface PendingRequest {
  runId: string;
  /** Browser ms. */
  at: number;
  intent: Intent;
  /**
   * As it was posted. Kept while it is not known whether the server has it: then the same must be posted
   * again.
   */
  body: RunBody | undefined;
}

/** A question, or the run whose answer is asked for again or to be continued. */
export type Intent =
  | { type: "message"; text: string }
  | { type: "retry"; runId: string }
  | { type: "continue"; runId: string };

/** A message that waits until the run before it has stopped. */
export type QueuedMessage = Extract<PendingMessage, { state: "sending" }>;

/** The question's text; undefined for a retry or a continuation. */
export const textOfPending = ({ intent }: PendingMessage): string | undefined =>
  intent.type === "message" ? intent.text : undefined;

/** Why it was not sent; undefined for one that was, or may yet be. */
export const sendProblem = (pending: PendingMessage | undefined): Problem | undefined =>
  pending?.state === "not-sent" ? pending.problem : undefined;
