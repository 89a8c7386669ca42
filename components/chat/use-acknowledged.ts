import { type RefObject, useEffect } from "react";
import type { ComposerControl } from "../composer/use-composer.ts";
import type { ChatContextValue } from "./chat-provider.tsx";

/**
 * A draft goes once the server has its text; what was typed meanwhile in the same field takes its place. Only
 * then has a new conversation an address: a reload before would ask for something that nobody has.
 */
export function useAcknowledged(
  context: ChatContextValue,
  composer: RefObject<ComposerControl | null>,
  { isNew, id }: { isNew: boolean; id: string },
): void {
  useEffect(
    () =>
      context.onAcknowledged((conversationId) => {
        const typed = conversationId === id ? (composer.current?.keep() ?? "") : "";
        context.drafts.sent(conversationId);
        context.drafts.write(conversationId, typed);
        // The first question of a conversation was drafted under "new".
        if (conversationId === context.newId) {
          context.drafts.sent("new");
          context.drafts.write("new", "");
        }
        if (isNew && conversationId === id) history.replaceState(null, "", `/c/${id}`);
      }),
    [context, composer, isNew, id],
  );
}
