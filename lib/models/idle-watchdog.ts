import { createDeadline } from "../async/deadline.ts";
import { ModelError } from "./model-error.ts";

/** Closes a connection that stays silent for too long, or that goes on for ever. */
export interface IdleWatchdog {
  /** Something must arrive within `ms`. Changes nothing while it is armed already. */
  arm(ms: number): void;
  /** Something arrived. */
  touch(): void;
  /** Nothing is expected for now, and nothing arrived. */
  disarm(): void;
  /** From now on the whole answer may take `ms`. */
  limit(ms: number): void;
  /** For good. */
  stop(): void;
  /** Why the connection was closed; undefined as long as it was not. */
  readonly error: ModelError | undefined;
}

/**
 * `close` is called at most once. `stop` must be called at the end, or a timer stays. `turnMs`: how long the
 * endpoint has been free for this request, ms; until it answers, only that time counts. Absent: all.
 */
export function createIdleWatchdog(
  host: string,
  close: () => void,
  turnMs: () => number = () => Infinity,
): IdleWatchdog {
  let armedMs: number | undefined;
  let hasAnswered = false;
  let error: ModelError | undefined;
  let limit: NodeJS.Timeout | undefined;
  const idle = createDeadline(expire);

  function expire(): void {
    const ms = armedMs ?? 0;
    const leftMs = hasAnswered ? 0 : ms - turnMs();
    if (leftMs > 0) idle.set(leftMs);
    else fail(idleError(host, ms, hasAnswered));
  }

  function fail(reason: ModelError): void {
    if (error) return;
    error = reason;
    close();
  }

  function disarm(): void {
    idle.clear();
    armedMs = undefined;
  }

  return {
    arm(ms) {
      if (armedMs !== undefined || error) return;
      armedMs = ms;
      idle.set(ms);
    },
    touch() {
      disarm();
      hasAnswered = true;
    },
    disarm,
    limit(ms) {
      limit = setTimeout(() => fail(limitError(host, ms)), ms);
    },
    stop() {
      idle.close();
      clearTimeout(limit);
    },
    get error() {
      return error;
    },
  };
}

const idleError = (host: string, ms: number, hasAnswered: boolean): ModelError =>
  new ModelError("timeout", `${host} was silent for ${ms / 1000} s.`, {
    retryable: true,
    facts: { host, reason: hasAnswered ? "silence" : "start" },
  });

const limitError = (host: string, ms: number): ModelError =>
  new ModelError(
    "limit-reached",
    `The answer of ${host} took longer than ${ms / 1000} s, which is the limit.`,
    { retryable: false, facts: { host, reason: "time" } },
  );
