import type { DoorBounds } from "./door-bounds.ts";

/**
 * When the next answer may begin to be made, so that the event loop is nobody's alone.
 *
 * 1. New connections come first. Node takes one of them in a turn of its loop, and the making of a page is a
 *    few long turns: where five hundred connect at once, whoever comes next would wait for as many pages.
 * 2. Answers that wait for a store are made side by side, those that keep the processor busy only two at a
 *    time: each turn of the loop does a step of every one of them, and none is complete any sooner for it.
 */
export interface StartGate {
  /** A connection came. */
  noteConnection(): void;
  /** Calls `begin` once it may. `making`: how many are made now. */
  pass(begin: () => void, making: () => number): void;
}

type GateBounds = Pick<DoorBounds, "acceptMs" | "busyTurnMs" | "makingWhileBusy">;

export function createStartGate({ acceptMs, busyTurnMs, makingWhileBusy }: GateBounds): StartGate {
  let hasCome = false;
  return {
    noteConnection() {
      hasCome = true;
    },
    pass(begin, making) {
      const since = performance.now();
      let lastMs = Number.NEGATIVE_INFINITY;
      /** Since it was asked last, for longer than a turn should be. */
      function hasWorked(): boolean {
        const workedMs = workedUntilNow();
        const passedMs = workedMs - lastMs;
        lastMs = workedMs;
        return passedMs > busyTurnMs;
      }
      // After the connections and requests of this turn.
      setImmediate(function look() {
        const isBusy = making() >= makingWhileBusy && hasWorked();
        const isAwaited = hasCome && performance.now() - since < acceptMs;
        hasCome = false;
        if (isBusy || isAwaited) setImmediate(look);
        else begin();
      });
    },
  };
}

/** What this process has worked, ms: how long the machine kept it waiting is not its own doing. */
function workedUntilNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
