import { ModelError } from "../models/model-error.ts";
import type { WaitReason } from "../protocol/codes.ts";
import type { EventBody } from "../protocol/run-event.ts";
import { maxRetries, retryWait } from "./retry-wait.ts";

/*
 * Decides whether a model that failed before it said anything is asked again, and when. Owns the decision:
 * what a failure is, lib/models has judged; the waiting itself is `runAgent`'s.
 *
 * 1. A failure that may pass is tried `maxRetries` times more, wherever the retries before it were made.
 * 2. A server that is starting, again or for the first time, is waited for by the time that a first token may
 *    take, and that costs none of those retries.
 * 3. So is an endpoint that answers another question of this server and takes one at a time, for as long as
 *    it does.
 */

type Retry = Extract<EventBody, { type: "retry" }>;

export interface ModelRetries {
  /** What to do about a failure; undefined: nothing, the step has failed. */
  next(failure: unknown): Retry | undefined;
}

export interface ModelRetriesOptions {
  stepId: string;
  /** Made before, by whichever holder. */
  retries: number;
  /** How long a server that starts is waited for, ms; 0: as for any failure. */
  startMs: number;
  /** 0 to 1, for jitter. */
  random(): number;
}

/** The retries of one step, by one holder. */
export function createModelRetries(options: ModelRetriesOptions): ModelRetries {
  const { stepId, startMs, random } = options;
  let { retries } = options;
  let waits = 0;
  let waitedMs = 0;

  /** Undefined: the time is up. */
  function waitFor(reason: WaitReason, { facts: { retryAfterMs = 0 } }: ModelError): number | undefined {
    const leftMs = reason === "slots" ? Infinity : startMs - waitedMs;
    if (leftMs <= 0) return undefined;
    const ownMs = Math.min(maxWaitForStartMs, firstWaitForStartMs * 1.5 ** waits) * (0.75 + random() / 4);
    const inMs = Math.round(Math.min(leftMs, Math.max(ownMs, retryAfterMs)));
    waits += 1;
    if (reason !== "slots") waitedMs += inMs;
    return inMs;
  }

  return {
    next(failure) {
      if (!(failure instanceof ModelError) || !failure.retryable) return undefined;
      const event = { type: "retry", stepId, what: "model", attempt: retries + 1, of: maxRetries } as const;
      const reason = startMs > 0 ? failure.waitFor : undefined;
      if (reason !== undefined) {
        const inMs = waitFor(reason, failure);
        return inMs === undefined ? undefined : { ...event, inMs, reason };
      }
      const inMs = retryWait(failure, retries, random);
      if (inMs === undefined) return undefined;
      retries += 1;
      return { ...event, inMs, reason: failure.code };
    },
  };
}

/** Of a server that is asked whether it has started. */
const firstWaitForStartMs = 800;
const maxWaitForStartMs = 4000;
