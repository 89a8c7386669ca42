import { ModelError } from "./model.ts";

/** Watches one connection for silence, and closes it. */
export interface Silence {
  /** Something must be heard within `ms`. While a wait is under way a further call changes nothing. */
  expect(ms: number): void;
  /** Ends the wait. None is under way while the consumer holds what was heard. */
  heard(): void;
  readonly broken: boolean;
  error(): ModelError;
}

/** `onSilence` is called at most once. `heard` must be called at the end, or the timer stays. */
export function createSilence(host: string, onSilence: () => void): Silence {
  let timer: NodeJS.Timeout | undefined;
  let limit = 0;
  let broken = false;
  return {
    expect(ms) {
      if (timer !== undefined || broken) return;
      limit = ms;
      timer = setTimeout(() => {
        broken = true;
        onSilence();
      }, ms);
    },
    heard() {
      clearTimeout(timer);
      timer = undefined;
    },
    get broken() {
      return broken;
    },
    error: () => new ModelError("timeout", `${host} was silent for ${limit / 1000} s.`, { retryable: true }),
  };
}
