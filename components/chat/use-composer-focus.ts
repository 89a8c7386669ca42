import { useEffect } from "react";
import { isTouchOnly } from "../composer/is-touch-only.ts";

/**
 * The focus is in the composer when a conversation is opened. Not where only fingers are: there it would open
 * a keyboard.
 */
export function useComposerFocus(conversationId: string): void {
  useEffect(() => {
    const isElsewhere = document.activeElement?.closest(
      "input, textarea, select, dialog, [aria-expanded=true]",
    );
    if (!isElsewhere && !isTouchOnly()) document.getElementById("composer")?.focus({ preventScroll: true });
  }, [conversationId]);
}
