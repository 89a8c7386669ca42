import type { RefusedStart } from "../storage/limit-store.ts";
import type { CreateResult } from "../storage/run-store.ts";
import { notFound, ProblemError } from "./problem.ts";

/** Why a run was not started, as a problem of protocol 3.1. */
export function startProblem(
  refused: Exclude<CreateResult, { kind: "created" | "exists" }> | RefusedStart,
): ProblemError {
  switch (refused.kind) {
    case "conflict":
      return new ProblemError(409, "run_conflict", "runId: this run was started with another body", {
        fields: { field: "runId" },
      });
    case "busy":
      return new ProblemError(409, "conversation_busy", "this conversation has a run that is not over", {
        fields: { activeRunId: refused.run.runId },
      });
    case "stale":
      return new ProblemError(409, "stale_parent", "there are newer messages in this conversation");
    case "complete":
      return new ProblemError(409, "run_complete", "this answer is complete", {
        fields: { field: "continue" },
      });
    case "gone":
      return new ProblemError(410, "deleted", "this conversation was deleted");
    case "not-found":
      return notFound();
    case "refused":
      return boundProblem(refused);
    default:
      return refused satisfies never;
  }
}

function boundProblem({ bound, retryAfterMs }: RefusedStart): ProblemError {
  const retryAfter = Math.max(1, Math.ceil(retryAfterMs / 1000));
  switch (bound) {
    case "starts":
      return new ProblemError(429, "rate_limited", "too many questions, forks or links in ten minutes", {
        retryAfter,
      });
    case "live":
      return new ProblemError(429, "too_many_live", "too many answers are being written at once", {
        retryAfter,
      });
    case "tokens":
      return new ProblemError(429, "budget", "the tokens of this server's key are used up for today", {
        retryAfter,
      });
    default:
      return bound satisfies never;
  }
}
