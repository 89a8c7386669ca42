import { useEffect } from "react";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";

/** Esc stops the answer, unless a dialog or an input method wants it. */
export function useStopKey(live: LiveConversation, canStop: boolean): void {
  useEffect(() => {
    if (!canStop) return;
    const stop = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || event.keyCode === 229)
        return;
      if (document.querySelector("dialog[open]")) return;
      const { activeElement } = document;
      if (activeElement === document.body || activeElement?.closest("main")) live.stop();
    };
    document.addEventListener("keydown", stop);
    return () => document.removeEventListener("keydown", stop);
  }, [live, canStop]);
}
