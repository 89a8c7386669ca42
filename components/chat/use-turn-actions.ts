import { type RefObject, useMemo } from "react";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import type { ComposerControl } from "../composer/use-composer.ts";
import type { TurnActions } from "../transcript/turn-view.tsx";

/** What a reader can do with a turn of the conversation. `asked` learns of a turn that is answered anew. */
export const useTurnActions = (
  store: LiveConversation,
  composer: RefObject<ComposerControl | null>,
  { asked, renew }: { asked(turn: { key: string }): void; renew(): void },
): TurnActions =>
  useMemo(
    () => ({
      again() {
        const last = store.getState().turns.at(-1);
        store.retry();
        if (last) asked({ key: last.key });
      },
      continue: store.continueAnswer,
      resend: store.resend,
      edit: () => composer.current?.giveBack(store.discard()),
      discard: () => void store.discard(),
      renew,
      refresh: store.refresh,
      reconnect: store.reconnect,
    }),
    [store, composer, asked, renew],
  );
