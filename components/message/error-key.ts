const runErrors = [
  "key-rejected",
  "model-not-found",
  "context-too-long",
  "rate-limited",
  "request-refused",
  "provider-failed",
  "unreachable",
  "timeout",
  "cut-off",
  "bad-response",
] as const;

const problems = [
  "no_connection",
  "store_unavailable",
  "shutting_down",
  "conversation_busy",
  "stale_parent",
  "run_complete",
  "no_session",
  "not_found",
  "deleted",
  "text_too_long",
  "body_too_large",
  "bad_field",
  "foreign_origin",
  "run_conflict",
] as const;

type RunErrorKey = `error.${(typeof runErrors)[number] | "unexpected"}`;
type ProblemKey = `problem.${(typeof problems)[number] | "unexpected"}`;

/** The key of the words for a run's error code; a code that this page does not know is `unexpected`. */
export const runErrorKey = (code: string): RunErrorKey =>
  `error.${runErrors.find((known) => known === code) ?? "unexpected"}`;

/** The key of the words for a refused request's code. */
export const problemKey = (code: string): ProblemKey =>
  `problem.${problems.find((known) => known === code) ?? "unexpected"}`;
