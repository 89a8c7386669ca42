import { type LinearPattern, linearPattern } from "./linear-pattern.ts";
import { isQuickPattern, maxPatternLength } from "./quick-pattern.ts";

/*
 * A pattern of others on a text of others, in a bounded time: by JavaScript itself where no text makes that
 * slow, else in one pass.
 */

/** Whether a pattern is tried on texts that are not too long for it. */
export const isTakenPattern = (pattern: string): boolean =>
  isQuickPattern(pattern, 0) || linearOf(pattern) !== undefined;

/** Undefined: that might take long to know. */
export function tryPattern(pattern: string, text: string): boolean | undefined {
  if (isQuickPattern(pattern, text.length)) return new RegExp(pattern, "u").test(text);
  const linear = linearOf(pattern);
  return linear && linear.size * text.length <= maxPatternSteps ? linear.test(text) : undefined;
}

/** Instructions tried at characters: some 50 ms. */
const maxPatternSteps = 500_000;

/** What trying it takes, of the steps of a check (check-by-schema.ts). */
export function patternCost(pattern: string, text: string): number {
  if (isQuickPattern(pattern, text.length)) return 0;
  return Math.ceil(((linearOf(pattern)?.size ?? 0) * text.length) / stepsAtOnce);
}

const stepsAtOnce = 100;

/** A list has the same for each of its items. */
const linearPatterns = new Map<string, LinearPattern | undefined>();
const maxCompiled = 100;

function linearOf(pattern: string): LinearPattern | undefined {
  if (linearPatterns.has(pattern)) return linearPatterns.get(pattern);
  if (linearPatterns.size >= maxCompiled) linearPatterns.clear();
  const linear = isValid(pattern) ? linearPattern(pattern) : undefined;
  linearPatterns.set(pattern, linear);
  return linear;
}

function isValid(pattern: string): boolean {
  if (pattern.length > maxPatternLength) return false;
  try {
    return new RegExp(pattern, "u") instanceof RegExp;
  } catch {
    return false;
  }
}
