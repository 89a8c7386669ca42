import { ProblemError } from "./problem.ts";

/** A model that is not offered is the caller's mistake; all else is thrown as it is. */
export const modelProblem = (error: unknown): unknown =>
  error instanceof Error && error.name === "UnknownModelError"
    ? new ProblemError(400, "bad_field", "model: there is none of this name", { fields: { field: "model" } })
    : error;
