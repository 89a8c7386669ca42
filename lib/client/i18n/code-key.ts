import type { EndReason, ErrorCode, ProblemCode, ReasonedError, RetryReason } from "../../protocol/codes.ts";
import type { PageProblem } from "../problem.ts";

/** Codes that answer no message: what meets them shows something else, or has the words of `unexpected`. */
export const problemsWithoutWords = [
  "bad_json",
  "unknown_field",
  "bad_id",
  "wrong_content_type",
  "wrong_method",
  "foreign_host",
  "log_gone",
  "link_gone",
  "already_here",
  "too_many_browsers",
  "already_decided",
  "input_changed",
  "not_awaited",
] as const satisfies readonly ProblemCode[];

export type ProblemKey =
  `problem.${Exclude<ProblemCode, (typeof problemsWithoutWords)[number]> | PageProblem}`;

/** The keys of the words for the protocol's codes. A code that no key of a language names is a type error. */
export type CodeKey =
  | `error.${ErrorCode}`
  | `error.${ErrorCode}.do`
  | `error.${ReasonedError}`
  | `pending.${RetryReason}`
  | `end.${EndReason}`
  | ProblemKey;
