import type { NewestChange } from "../protocol/newest-change.ts";
import type { WindowGroup } from "./watch-changes.ts";

const groupName = "rivulet-changes";

/**
 * The windows of this browser. Without TLS there are no locks, and six connections for all of them
 * together: there none waits.
 */
export function browserWindows(): WindowGroup {
  return {
    canWait: "locks" in navigator,
    async lead(signal, work) {
      if (!("locks" in navigator)) return work();
      // It rejects when the signal aborts before it was this one's turn.
      await navigator.locks.request(groupName, { signal }, work).catch(() => undefined);
    },
    announce(change) {
      const channel = new BroadcastChannel(groupName);
      channel.postMessage(change);
      channel.close();
    },
    onAnnounced(announced, signal) {
      const channel = new BroadcastChannel(groupName);
      channel.onmessage = ({ data }: MessageEvent<NewestChange>) => announced(data);
      signal.addEventListener("abort", () => channel.close(), { once: true });
    },
  };
}
