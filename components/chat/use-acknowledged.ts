import { type RefObject, useEffect } from "react";
import type { ComposerControl } from "../composer/use-composer.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { navigate } from "../ui/navigate.ts";

/**
 * A draft is deleted once the server has its text; what was typed meanwhile in the same field takes its
 * place. Only then has a new conversation an address: a reload before would ask for something that nobody
 * has.
 */
export function useAcknowledged(
  composer: RefObject<ComposerControl | null>,
  { isNew, id }: { isNew: boolean; id: string },
): void {
  const { chat, drafts } = useChat();
  useEffect(
    () =>
      chat.onAcknowledged((conversationId) => {
        const typed = conversationId === id ? (composer.current?.keep() ?? "") : "";
        drafts.sent(conversationId);
        drafts.write(conversationId, typed);
        // The first question of a conversation was drafted under "new".
        if (conversationId === chat.newId()) {
          drafts.sent("new");
          drafts.write("new", "");
        }
        if (isNew && conversationId === id) navigate(`/c/${id}`, "replace");
      }),
    [chat, drafts, composer, isNew, id],
  );
}
