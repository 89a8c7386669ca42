import type { en } from "#lib/client/i18n/en.ts";

const runErrors = [
  "key-rejected",
  "model-not-found",
  "context-too-long",
  "rate-limited",
  "out-of-credit",
  "content-filter",
  "request-refused",
  "provider-failed",
  "unreachable",
  "timeout",
  "cut-off",
  "limit-reached",
  "bad-response",
] as const;

/** The codes whose reason has words of its own. */
const reasons = [
  "model-not-found.unlisted",
  "unreachable.name",
  "unreachable.refused",
  "unreachable.tls",
  "timeout.start",
  "timeout.silence",
  "limit-reached.size",
  "limit-reached.time",
  "bad-response.page",
] as const;

const retries = ["rate-limited", "provider-failed", "unreachable", "cut-off"] as const;

const problems = [
  "no_connection",
  "store_unavailable",
  "shutting_down",
  "conversation_busy",
  "stale_parent",
  "run_complete",
  "rate_limited",
  "too_many_live",
  "budget",
  "no_session",
  "no_cookies",
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

/** The key of the words for what there is to do about a run's error. */
export const runAdviceKey = (code: string, reason: string | undefined): keyof typeof en => {
  const known = reasons.find((each) => each === `${code}.${reason}`);
  return known ? `error.${known}` : `${runErrorKey(code)}.do`;
};

/** The key of the words for why a model is asked again; undefined: there are none. */
export const retryKey = (reason: string): `pending.${(typeof retries)[number]}` | undefined => {
  const known = retries.find((each) => each === reason);
  return known && `pending.${known}`;
};

/** The key of the words for a refused request's code. */
export const problemKey = (code: string): ProblemKey =>
  `problem.${problems.find((known) => known === code) ?? "unexpected"}`;
