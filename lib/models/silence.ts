import { createDeadline } from "../async/deadline.ts";
import { ModelError } from "./model.ts";

/** Watches one connection for silence, and for going on for ever, and closes it. */
export interface Silence {
  /** Something must be heard within `ms`. While a wait is under way a further call changes nothing. */
  expect(ms: number): void;
  /** Ends the wait. */
  heard(): void;
  /** From now on the whole answer may take so long. */
  allow(ms: number): void;
  /** Ends every wait. */
  end(): void;
  readonly broken: boolean;
  error(): ModelError;
}

/** `onBroken` is called at most once. `end` must be called at the end, or a timer stays. */
export function createSilence(host: string, onBroken: () => void): Silence {
  let waitMs: number | undefined;
  const wait = createDeadline(() => breakOff(silent(host, waitMs ?? 0, hasSpoken)));
  let last: NodeJS.Timeout | undefined;
  let hasSpoken = false;
  let error: ModelError | undefined;

  function breakOff(why: ModelError): void {
    if (error) return;
    error = why;
    onBroken();
  }

  function heard(): void {
    wait.clear();
    waitMs = undefined;
    hasSpoken = true;
  }

  return {
    expect(ms) {
      if (waitMs !== undefined || error) return;
      waitMs = ms;
      wait.set(ms);
    },
    heard,
    allow(ms) {
      last = setTimeout(() => breakOff(endless(host, ms)), ms);
    },
    end() {
      wait.close();
      clearTimeout(last);
    },
    get broken() {
      return error !== undefined;
    },
    error: () => error ?? silent(host, 0, hasSpoken),
  };
}

const silent = (host: string, ms: number, hasSpoken: boolean): ModelError =>
  new ModelError("timeout", `${host} was silent for ${ms / 1000} s.`, {
    retryable: true,
    facts: { host, reason: hasSpoken ? "silence" : "start" },
  });

const endless = (host: string, ms: number): ModelError =>
  new ModelError(
    "limit-reached",
    `The answer of ${host} took longer than ${ms / 1000} s, which is the limit.`,
    {
      retryable: false,
      facts: { host, reason: "time" },
    },
  );
