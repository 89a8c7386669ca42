import { type RefObject, useEffect } from "react";
import type { ComposerControl } from "../composer/use-composer.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { navigate } from "../ui/navigate.ts";

/**
 * A message is stored in the browser until the server has that one; what was written since stays. Only then
 * has a new conversation an address: a reload before would ask for something that nobody has.
 */
export function useAcknowledged(
  composer: RefObject<ComposerControl | null>,
  { isNew, id }: { isNew: boolean; id: string },
): void {
  const { chat, drafts } = useChat();
  useEffect(
    () =>
      chat.onAcknowledged((conversationId, runId) => {
        const isShown = conversationId === id;
        if (isShown) composer.current?.keep();
        drafts.sent(runId);
        // What is written after the first question of a conversation was drafted under "new".
        if (conversationId === chat.newId()) drafts.move("new", conversationId);
        if (isNew && isShown) navigate(`/c/${id}`, "replace");
      }),
    [chat, drafts, composer, isNew, id],
  );
}
