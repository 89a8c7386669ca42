import { type RefObject, useEffect, useState } from "react";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import type { ComposerControl } from "../composer/use-composer.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { navigate } from "../ui/navigate.ts";

/** A conversation that was shown and is not there any more. */
export interface Gone {
  /** What was written in it is in the composer of the new one. */
  hasText: boolean;
}

/**
 * A conversation that was deleted, here or elsewhere, gives way to a new one, and what is being written goes
 * along: the field stays where it is. The result is for the new one; undefined where nothing is to be said.
 */
export function useGone(
  live: LiveConversation,
  composer: RefObject<ComposerControl | null>,
  { isNew, draftKey }: { isNew: boolean; draftKey: string },
): Gone | undefined {
  const { chat, drafts } = useChat();
  const [gone, setGone] = useState<Gone & { in: LiveConversation }>();
  useEffect(() => {
    let isForgotten = false;
    const look = () => {
      const { id, phase, turns } = live.getState();
      const isDeleted = chat.getState().deleted.some((each) => each.id === id);
      if (phase !== "missing" && !isDeleted) return;
      const pending = turns.at(-1)?.pending;
      // The server may take it yet.
      if (pending?.state === "sending") return;
      composer.current?.keep();
      // Another version of a question that is being written is a draft of its own.
      if (draftKey !== id) drafts.move(draftKey, id);
      if (pending) drafts.sent(pending.runId);
      const unsent = live.discard();
      const hasText = drafts.carry(id, isForgotten ? "" : unsent);
      if (!isDeleted) setGone({ hasText, in: chat.conversation(chat.newConversation()) });
      navigate("/", "replace");
    };
    if (isNew) return () => setGone(undefined);
    const forget = () => {
      isForgotten = true;
      live.discard();
    };
    const unsubscribe = [live.subscribe(look), chat.subscribe(look), drafts.onForgotten(forget)];
    look();
    return () => {
      for (const end of unsubscribe) end();
    };
  }, [live, composer, isNew, draftKey, chat, drafts]);
  return gone?.in === live ? gone : undefined;
}
