import { type RefObject, useMemo } from "react";
import type { LiveConversation } from "#lib/client/conversation/live-conversation.ts";
import type { ComposerControl } from "../composer/use-composer.ts";
import { useChat } from "../providers/chat-provider.tsx";
import type { TurnActions } from "../providers/conversation-provider.tsx";
import { startOver } from "./start-over.ts";

interface TurnActionsOptions {
  composer: RefObject<ComposerControl | null>;
  modelButton: RefObject<HTMLButtonElement | null>;
  draftKey: string;
  /** A turn is answered anew. */
  onAsked(turn: { key: string }): void;
}

/** What a person can do with the newest turn of a conversation. */
export function useTurnActions(
  conversation: LiveConversation,
  { composer, modelButton, draftKey, onAsked }: TurnActionsOptions,
): TurnActions {
  const { drafts } = useChat();
  return useMemo(
    () => ({
      again() {
        const last = conversation.getState().turns.at(-1);
        conversation.retry();
        if (last) onAsked({ key: last.key });
      },
      continue: conversation.continueAnswer,
      retryCall: conversation.retryCall,
      show: conversation.show,
      undo: conversation.undo,
      resend: conversation.resend,
      edit() {
        const runId = conversation.getState().turns.at(-1)?.pending?.runId;
        composer.current?.giveBack(conversation.discard(), runId);
      },
      reuse: () => composer.current?.fill(conversation.getState().turns.at(-1)?.text ?? ""),
      discard: () => void conversation.discard(),
      renew() {
        composer.current?.keep();
        const runId = conversation.getState().turns.at(-1)?.pending?.runId;
        startOver(drafts, draftKey, conversation.discard(), runId);
      },
      chooseModel: () => modelButton.current?.click(),
      refresh: conversation.refresh,
      reconnect: conversation.reconnect,
      stop: conversation.stop,
    }),
    [conversation, composer, modelButton, drafts, draftKey, onAsked],
  );
}
