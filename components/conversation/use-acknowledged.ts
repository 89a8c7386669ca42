import { type RefObject, useEffect } from "react";
import type { Held } from "./chat-holder.tsx";
import type { ComposerControl } from "./use-composer.ts";

/** A draft goes once the server has its text; what was typed meanwhile in the same field takes its place. */
export function useAcknowledged(
  held: Held,
  composer: RefObject<ComposerControl | null>,
  { draftKey, id }: { draftKey: string; id: string },
): void {
  useEffect(
    () =>
      held.onAcknowledged((conversationId) => {
        const isShown = conversationId === id && draftKey !== "new";
        held.drafts.write(conversationId, isShown ? (composer.current?.text() ?? "") : "");
        // The first question of a conversation was drafted under "new", whatever the address says by now.
        if (conversationId === held.newId) held.drafts.write("new", "");
      }),
    [held, composer, draftKey, id],
  );
}
