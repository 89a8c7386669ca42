import { type RefObject, useEffect } from "react";
import { isTouchOnly } from "../composer/is-touch-only.ts";
import { useKeptFocus } from "../ui/use-kept-focus.ts";

/**
 * The focus is in the composer when a conversation is opened, and when what had it in the page is gone. Not
 * where only fingers are: there it would open a keyboard.
 */
export function useComposerFocus(page: RefObject<HTMLElement | null>, conversationId: string): void {
  useEffect(() => {
    const { activeElement } = document;
    const isElsewhere = activeElement?.closest("input, textarea, select, dialog, [aria-expanded=true]");
    if (!isElsewhere) composerField()?.focus({ preventScroll: true });
  }, [conversationId]);
  useKeptFocus(page, composerField);
}

const composerField = (): HTMLElement | null => (isTouchOnly() ? null : document.getElementById("composer"));
