import type { ModelError } from "../models/model-error.ts";
import type { ErrorCode, RetryCode } from "../protocol/codes.ts";

/** How often a model is asked again for one step. */
export const maxRetries = 2;
/** An endpoint that asks for a longer wait than this is not waited for: the person is told the time. */
const maxWaitMs = 60_000;
/**
 * The first wait by code, ms; each further one is twice as long. A broken connection is back soon or not at
 * all.
 */
const firstWaitMs: Readonly<Partial<Record<ErrorCode, number>>> = {
  "rate-limited": 2000,
  "provider-failed": 2000,
  unreachable: 600,
  "cut-off": 600,
} satisfies Record<RetryCode, number>;

/**
 * How long to wait, ms, before a model that failed without a word is asked again; undefined: it is not. Half
 * to all of the usual wait, at random, so that requests that failed together are not repeated together; never
 * before the time that the endpoint asked for.
 */
export function retryWait(error: ModelError, retries: number, random: () => number): number | undefined {
  const first = firstWaitMs[error.code];
  if (!error.retryable || first === undefined || retries >= maxRetries) return undefined;
  const ownMs = first * 2 ** retries * (0.5 + random() / 2);
  const askedMs = error.facts.retryAfterMs;
  if (askedMs === undefined) return Math.round(ownMs);
  return askedMs > maxWaitMs ? undefined : Math.round(askedMs + random() * 1000);
}
