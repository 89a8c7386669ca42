import { steeringKey } from "./steering-key.ts";

/** The tabs of one browser that show the same conversation. What they are told is a hint, never content. */
export interface OtherTabs {
  /** A live run was told something: it can be read. This tab gets that too. */
  announce(): void;
  /** Until the signal aborts. */
  onAnnounced(announced: () => void, signal: AbortSignal): void;
}

export function otherTabs(conversationId: string): OtherTabs {
  const name = steeringKey(conversationId);
  return {
    announce() {
      const channel = new BroadcastChannel(name);
      channel.postMessage("told");
      channel.close();
    },
    onAnnounced(announced, signal) {
      if (signal.aborted) return;
      const channel = new BroadcastChannel(name);
      channel.onmessage = announced;
      signal.addEventListener("abort", () => channel.close(), { once: true });
    },
  };
}
