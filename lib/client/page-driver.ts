import type { ClientEnvironment, Presence } from "./environment.ts";

/** The effects that need the page: both machines have them. */
export type PageEffect<Timer extends string> =
  /**
   * Replaces a timer of the same name. `endsEarly`: it fires early when the page is shown or online again.
   */
  | { type: "set-timer"; timer: Timer; ms: number; endsEarly?: true }
  | { type: "clear-timer"; timer: Timer }
  | { type: "watch-presence" }
  | { type: "unwatch-presence" };

/** The actions that come of them. `at`: browser ms. */
export type PageAction<Timer extends string> =
  | { type: "presence-changed"; presence: Presence }
  | { type: "timer-fired"; timer: Timer; at: number };

/** Runs named timers, and watches the presence of the page. */
export function createPageDriver<Timer extends string>(
  environment: ClientEnvironment,
  dispatch: (action: PageAction<Timer>) => void,
): (effect: PageEffect<Timer>) => void {
  const running = new Map<Timer, AbortController>();
  let watching = new AbortController();

  function setTimer(timer: Timer, ms: number, endsEarly = false): void {
    running.get(timer)?.abort();
    const cancelled = new AbortController();
    const { signal } = cancelled;
    running.set(timer, cancelled);
    const fire = () => signal.aborted || dispatch({ type: "timer-fired", timer, at: Date.now() });
    if (endsEarly) return void environment.pause(ms, signal).then(fire);
    const timeout = setTimeout(fire, ms);
    signal.addEventListener("abort", () => clearTimeout(timeout));
  }

  return (effect) => {
    switch (effect.type) {
      case "set-timer":
        return setTimer(effect.timer, effect.ms, effect.endsEarly);
      case "clear-timer":
        return running.get(effect.timer)?.abort();
      case "watch-presence":
        watching = new AbortController();
        return environment.onPresence(
          (presence) => dispatch({ type: "presence-changed", presence }),
          watching.signal,
        );
      case "unwatch-presence":
        return watching.abort();
      default:
        return effect satisfies never;
    }
  };
}
