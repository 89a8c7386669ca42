import type { Created } from "../storage/storage.ts";
import { notFound, ProblemError } from "./problem.ts";

/** Why a run was not started, as the answer of protocol 3.1. */
export function createdProblem(refused: Exclude<Created, { kind: "created" | "exists" }>): ProblemError {
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
    default:
      return refused satisfies never;
  }
}
