import type { Problem } from "../problem.ts";
import type { RunBody } from "../requests.ts";

/** What a person asked for in this browser and is not in the server's history yet. */
export type PendingMessage = PendingRequest &
  (
    | { state: "sending" }
    /** The server has it; the rest is in the log. */
    | { state: "accepted" }
    /** `meant`: the message that it was to be asked under, null for none; others were asked before it. */
    | { state: "not-sent"; problem: Problem; meant?: string | null }
  );

interface PendingRequest {
  runId: string;
  /** Browser ms. */
  at: number;
  intent: Intent;
  /**
   * As it was posted. While it is not known whether the server has it, the same has to be posted again: the
   * run id is the idempotency key.
   */
  body: RunBody | undefined;
}

/**
 * A question, or the run whose answer is to be written again or continued. `under`: the answer that the
 * question begins a branch under, null for none; absent: it joins the last that is shown.
 */
export type Intent =
  | { type: "message"; text: string; under?: string | null }
  | { type: "retry"; runId: string }
  /** `call`: the one that is made once more. */
  | { type: "continue"; runId: string; call?: string };

/** A message that is sent once the run before it has stopped. */
export type QueuedMessage = Extract<PendingMessage, { state: "sending" }>;

/** The question's text; undefined for a retry or a continuation. */
export const textOfPending = ({ intent }: PendingMessage): string | undefined =>
  intent.type === "message" ? intent.text : undefined;

/** Why it was not sent; undefined unless it is `not-sent`. */
export const sendProblem = (pending: PendingMessage | undefined): Problem | undefined =>
  pending?.state === "not-sent" ? pending.problem : undefined;
