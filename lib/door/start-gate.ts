import type { DoorBounds } from "./door-bounds.ts";

/**
 * When the next answer may begin to be made, so that the event loop is nobody's alone.
 *
 * 1. New connections come first. Node takes one of them in a turn of its loop, and the making of a page is a
 *    few long turns: where five hundred connect at once, whoever comes next would wait for as many pages.
 * 2. Answers that wait for a store are made side by side, those that keep the processor busy only two at a
 *    time: each turn of the loop does a step of every one of them, and none is complete any sooner for it.
 * 3. Where nothing is made an answer begins in the very turn that brought its request: one in a turn, and
 *    none beside a new connection, so that a chain of short answers keeps nobody from connecting.
 */
export interface StartGate {
  /** A connection came. */
  noteConnection(): void;
  /** Calls `begin` once it may, perhaps at once. `making`: how many are made now. */
  pass(begin: () => void, making: () => number): void;
}

type GateBounds = Pick<DoorBounds, "acceptMs" | "busyTurnMs" | "makingWhileBusy">;

export function createStartGate({ acceptMs, busyTurnMs, makingWhileBusy }: GateBounds): StartGate {
  let hasCome = false;
  /** 3. Turns of the loop until an answer may begin at once again. */
  let turnsLeft = 0;

  function waitTurns(turns: number): void {
    if (turnsLeft === 0) setImmediate(countTurn);
    turnsLeft = Math.max(turnsLeft, turns);
  }
  function countTurn(): void {
    turnsLeft -= 1;
    if (turnsLeft > 0) setImmediate(countTurn);
  }

  return {
    noteConnection() {
      hasCome = true;
      // Its request comes in the turn after this one.
      waitTurns(2);
    },
    pass(begin, making) {
      if (turnsLeft === 0 && making() === 0) {
        waitTurns(1);
        return begin();
      }
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
