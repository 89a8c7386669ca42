/** Whether, and when, a step that has failed is tried again. Times are seconds. */
export interface RetryPolicy {
  /** All of them, the first too. */
  attempts: number;
  /** Before the second attempt; absent: 1. */
  delay?: number;
  /** What each wait is of the one before; absent: 1, always the same. */
  factor?: number;
  /** No wait is longer; absent: a minute. */
  maxDelay?: number;
  /** Each wait is anything between half of it and all of it. */
  hasJitter?: boolean;
  /** From the begin of the step: no attempt begins later. */
  giveUpAfter?: number;
  /** Absent: any error. */
  when?(error: Error): boolean;
}

interface Failure {
  error: Error;
  /** With this one. */
  failures: number;
  /** Since the step began, ms. */
  sinceMs: number;
  /** 0 to 1. */
  random(): number;
}

/** How long to wait for the next attempt, ms; undefined: there is none. */
export function retryDelay(policy: RetryPolicy | undefined, failure: Failure): number | undefined {
  const { error, failures, sinceMs, random } = failure;
  if (!policy || failures >= policy.attempts) return undefined;
  const { delay = 1, factor = 1, maxDelay = 60, hasJitter, giveUpAfter = Infinity, when } = policy;
  const wait = Math.min(delay * factor ** (failures - 1), maxDelay) * 1000;
  const ms = hasJitter ? wait * (0.5 + random() / 2) : wait;
  if (sinceMs + ms > giveUpAfter * 1000) return undefined;
  return when && !when(error) ? undefined : ms;
}

/** What of a policy makes no sense, each as the end of a sentence. */
export function retryFaults({ attempts, delay, factor, maxDelay, giveUpAfter }: RetryPolicy): string[] {
  const isCount = Number.isSafeInteger(attempts) && attempts >= 1;
  const times = { delay, factor, maxDelay, giveUpAfter };
  return [
    ...(isCount ? [] : ["has retry.attempts that is no whole number from 1"]),
    ...Object.entries(times).flatMap(([name, value]) =>
      value === undefined || value >= 0 ? [] : [`has a negative retry.${name}`],
    ),
  ];
}
