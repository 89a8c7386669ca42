import { randomUUID } from "node:crypto";
import type { ClientEnvironment, Presence } from "#lib/client/environment.ts";

export interface TestEnvironment extends ClientEnvironment {
  /** What the client waited for, in ms, in order: waits themselves take no time. */
  readonly pauses: number[];
  visible: boolean;
  tell(presence: Presence): void;
}

/** A browser without a page: waits end at once, frames are painted at the next turn of the loop. */
export function clientEnvironment(fetch: ClientEnvironment["fetch"]): TestEnvironment {
  const listeners = new Set<(presence: Presence) => void>();
  const pauses: number[] = [];
  return {
    fetch,
    pauses,
    visible: true,
    now: () => performance.now(),
    async pause(ms, signal) {
      pauses.push(ms);
      if (!signal.aborted) await new Promise<void>((resolve) => setImmediate(resolve));
    },
    random: () => 0.5,
    newId: randomUUID,
    frame: (paint) => void setImmediate(paint),
    isVisible() {
      return this.visible;
    },
    onPresence(changed, signal) {
      listeners.add(changed);
      signal.addEventListener("abort", () => listeners.delete(changed), { once: true });
    },
    tell(presence) {
      for (const changed of listeners) changed(presence);
    },
  };
}
