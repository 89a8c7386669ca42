import { type CodeKey, type ProblemKey, problemsWithoutWords } from "#lib/client/i18n/code-key.ts";
import { type PageProblem, pageProblems } from "#lib/client/problem.ts";
import {
  type EndReason,
  type ErrorCode,
  endReasons,
  errorCodes,
  errorReasons,
  type ProblemCode,
  problemCodes,
  type ReasonedError,
  type RetryReason,
  retryReasons,
} from "#lib/protocol/codes.ts";

/**
 * Which words a code has. Whatever is in a log or an answer may come from a newer build: a code that this
 * page does not know has the general words.
 */

/** What happened to a run. */
export const runErrorKey = (code: string): `error.${ErrorCode}` =>
  `error.${oneOf(errorCodes, code) ?? "unexpected"}`;

/** What there is to do about a run's error. */
export function runAdviceKey(code: string, reason: string | undefined): CodeKey {
  const reasoned = oneOf(reasonedErrors, `${code}.${reason}`);
  return reasoned ? `error.${reasoned}` : `${runErrorKey(code)}.do`;
}

/** Why a model is asked again; undefined: there are no words. */
export function retryKey(reason: string): `pending.${RetryReason}` | undefined {
  const known = oneOf(retryReasons, reason);
  return known && `pending.${known}`;
}

/** Why a run was interrupted. */
export const interruptKey = (reason: string): `end.${EndReason}` =>
  `end.${oneOf(endReasons, reason) ?? "owner-gone"}`;

/** Why a request was refused, or never answered. */
export const problemKey = (code: string): ProblemKey =>
  `problem.${oneOf(wordedProblems, code) ?? "unexpected"}`;

const reasonedErrors = Object.entries(errorReasons).flatMap(([code, reasons]) =>
  // Cast: an entry's key and value belong together.
  reasons.map((reason) => `${code}.${reason}` as ReasonedError),
);

const wordedProblems = [...problemCodes, ...pageProblems].filter(hasWords);

function hasWords(
  code: ProblemCode | PageProblem,
): code is Exclude<typeof code, (typeof problemsWithoutWords)[number]> {
  return !problemsWithoutWords.some((each) => each === code);
}

const oneOf = <C extends string>(codes: readonly C[], text: string): C | undefined =>
  codes.find((code) => code === text);
