import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ClientEnvironment, Presence } from "#lib/client/environment.ts";
import { unlimitedSlots } from "#lib/client/stream-slots.ts";

export interface TestEnvironment extends ClientEnvironment {
  /** The pauses of the client, ms, in order. */
  readonly pauses: number[];
  visible: boolean;
  /** Calls the listeners as the browser would. */
  changePresence(presence: Presence): void;
}

/**
 * A browser without a page: frames are painted at the next turn of the loop, and pauses end then too, unless
 * they may last up to `maxPauseMs`.
 */
export function clientEnvironment(fetch: ClientEnvironment["fetch"], maxPauseMs = 0): TestEnvironment {
  const listeners = new Set<(presence: Presence) => void>();
  const pauses: number[] = [];
  return {
    fetch,
    pauses,
    visible: true,
    now: () => performance.now(),
    async pause(ms, signal) {
      pauses.push(ms);
      if (maxPauseMs > 0) await sleep(Math.min(ms, maxPauseMs), undefined, { signal }).catch(() => undefined);
      else if (!signal.aborted) await new Promise<void>((resolve) => setImmediate(resolve));
    },
    random: () => 0.5,
    newId: randomUUID,
    frame: (paint) => void setImmediate(paint),
    slots: unlimitedSlots,
    isVisible() {
      return this.visible;
    },
    onPresence(changed, signal) {
      listeners.add(changed);
      signal.addEventListener("abort", () => listeners.delete(changed), { once: true });
    },
    changePresence(presence) {
      for (const changed of listeners) changed(presence);
    },
  };
}
