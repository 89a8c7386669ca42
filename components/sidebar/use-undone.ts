import { useEffect } from "react";
import type { ConversationSummary } from "#lib/protocol/conversation-view.ts";
import { navigate } from "../ui/navigate.ts";

/** Those that were shown when they were deleted: of the page, which has two lists. */
const leftBy = new Set<string>();

/** Brings a person back to the conversation that they were in when they deleted it. */
export function useUndone(conversations: readonly ConversationSummary[]): {
  removed(id: string): void;
} {
  useEffect(() => {
    for (const { id } of conversations) {
      if (!leftBy.delete(id)) continue;
      // They may be in another one by now.
      if (location.pathname === "/") navigate(`/c/${id}`, "replace");
    }
  }, [conversations]);
  return { removed: (id) => void leftBy.add(id) };
}
